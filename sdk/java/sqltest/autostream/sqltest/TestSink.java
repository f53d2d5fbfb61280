package autostream.sqltest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.flink.api.common.io.OutputFormat;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.OutputFormatProvider;
import org.apache.flink.table.connector.sink.abilities.SupportsOverwrite;
import org.apache.flink.table.connector.sink.abilities.SupportsPartitioning;
import org.apache.flink.table.connector.sink.abilities.SupportsWritingMetadata;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;

/** A table that is written: every change that reaches it becomes a line of a file. */
final class TestSink implements DynamicTableSink, SupportsWritingMetadata, SupportsPartitioning, SupportsOverwrite {

    private final TestTableFactory.Table table;
    private DataType consumed;
    private List<String> keys = List.of();

    TestSink(TestTableFactory.Table table) {
        this.table = table;
        this.consumed = table.physical;
    }

    /** What the connector of production takes: of a connector that takes everything, what the query has to give. */
    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requested) {
        return table.writes.equals("all") ? requested : TestTableFactory.Table.mode(table.writes);
    }

    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
        List<String> names = new ArrayList<>(DataType.getFieldNames(table.physical));
        keys.forEach(key -> names.add(table.columns.get(key)));
        List<LogicalType> types = new ArrayList<>();
        DataType.getFieldDataTypes(consumed).forEach(type -> types.add(type.getLogicalType()));
        Shape shape = new Shape(names.toArray(new String[0]), types.toArray(new LogicalType[0]));
        return OutputFormatProvider.of(new Writer(table.folder, table.name, shape), 1);
    }

    @Override
    public Map<String, DataType> listWritableMetadata() {
        return table.metadata;
    }

    @Override
    public void applyWritableMetadata(List<String> metadataKeys, DataType consumedDataType) {
        keys = metadataKeys;
        consumed = consumedDataType;
    }

    @Override
    public void applyStaticPartition(Map<String, String> partition) {
        // The rows have the columns of the partition.
    }

    @Override
    public void applyOverwrite(boolean overwrite) {
        // A test begins with nothing.
    }

    @Override
    public DynamicTableSink copy() {
        TestSink copy = new TestSink(table);
        copy.consumed = consumed;
        copy.keys = keys;
        return copy;
    }

    @Override
    public String asSummaryString() {
        return "result of a test";
    }

    /** Writes each row at once, in one call, so that a reader sees whole lines whatever becomes of the job. */
    private static final class Writer implements OutputFormat<RowData> {
        private static final long serialVersionUID = 1;

        private final String folder;
        private final String name;
        private final Shape shape;
        private transient FileChannel out;

        Writer(String folder, String name, Shape shape) {
            this.folder = folder;
            this.name = name;
            this.shape = shape;
        }

        @Override
        public void configure(Configuration parameters) {
            // Everything is known since planning.
        }

        @Override
        public void open(InitializationContext context) throws IOException {
            Path file = Path.of(folder, name + ".result");
            Files.createDirectories(file.getParent());
            out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }

        @Override
        public void writeRecord(RowData row) throws IOException {
            ByteBuffer line = ByteBuffer.wrap((shape.write(row) + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                out.write(line);
            }
        }

        @Override
        public void close() throws IOException {
            if (out != null) {
                out.close();
            }
        }
    }
}
