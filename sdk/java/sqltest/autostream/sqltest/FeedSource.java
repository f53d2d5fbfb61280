package autostream.sqltest;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;

/** The stream of a table's rows. Its one reader knows its file, so there are no splits. */
final class FeedSource implements Source<RowData, FeedSource.NoSplit, Boolean> {
    private static final long serialVersionUID = 1;

    private final String folder;
    private final String name;
    private final Shape shape;
    private final WatermarkStrategy<RowData> watermarks;
    private final Boundedness boundedness;

    FeedSource(String folder, String name, Shape shape, WatermarkStrategy<RowData> watermarks) {
        try { // the planner runs on the same machine
            boundedness = Feed.of(folder, name).ends ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.folder = folder;
        this.name = name;
        this.shape = shape;
        this.watermarks = watermarks;
    }

    @Override
    public Boundedness getBoundedness() {
        return boundedness;
    }

    @Override
    public SourceReader<RowData, NoSplit> createReader(SourceReaderContext context) throws Exception {
        return new FeedReader(Feed.of(folder, name), Steps.of(folder), shape, watermarks, context);
    }

    @Override
    public SplitEnumerator<NoSplit, Boolean> createEnumerator(SplitEnumeratorContext<NoSplit> context) {
        return new Nobody();
    }

    @Override
    public SplitEnumerator<NoSplit, Boolean> restoreEnumerator(SplitEnumeratorContext<NoSplit> context, Boolean checkpoint) {
        return new Nobody();
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return new Nothing<>(null);
    }

    @Override
    public SimpleVersionedSerializer<Boolean> getEnumeratorCheckpointSerializer() {
        return new Nothing<>(Boolean.TRUE);
    }

    /** There is none. */
    static final class NoSplit implements SourceSplit {
        @Override
        public String splitId() {
            return "";
        }
    }

    private static final class Nobody implements SplitEnumerator<NoSplit, Boolean> {
        @Override
        public void start() {}

        @Override
        public void handleSplitRequest(int subtask, String host) {}

        @Override
        public void addSplitsBack(java.util.List<NoSplit> splits, int subtask) {}

        @Override
        public void addReader(int subtask) {}

        @Override
        public Boolean snapshotState(long checkpoint) {
            return Boolean.TRUE;
        }

        @Override
        public void close() {}
    }

    private static final class Nothing<T> implements SimpleVersionedSerializer<T> {
        private final T value;

        Nothing(T value) {
            this.value = value;
        }

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(T object) {
            return new byte[0];
        }

        @Override
        public T deserialize(int version, byte[] bytes) {
            return value;
        }
    }
}
