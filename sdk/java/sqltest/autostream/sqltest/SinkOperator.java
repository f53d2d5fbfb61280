package autostream.sqltest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;

/** Writes each row at once, in one call, so that a reader sees whole lines whatever becomes of the job. */
final class SinkOperator extends AbstractStreamOperator<Void> implements OneInputStreamOperator<RowData, Void>, BoundedOneInput {
    private static final long serialVersionUID = 1;

    private final String folder;
    private final String name;
    private final Shape shape;
    private transient Chain chain;
    private transient FileChannel out;

    SinkOperator(String folder, String name, Shape shape) {
        this.folder = folder;
        this.name = name;
        this.shape = shape;
    }

    @Override
    public void open() throws Exception {
        super.open();
        chain = Chain.of(folder);
        Path file = chain.current().resolve(name + ".result");
        out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        chain.opened();
    }

    @Override
    public void processElement(StreamRecord<RowData> row) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((shape.write(row.getValue()) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            out.write(line);
        }
    }

    @Override
    public void endInput() throws Exception {
        out.close();
        chain.ended();
    }

    @Override
    public void close() throws Exception {
        if (out != null) {
            out.close();
        }
        super.close();
    }
}
