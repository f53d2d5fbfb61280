package autostream.sqltest;

import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.clock.RelativeClock;
import org.apache.flink.util.clock.SystemClock;

/**
 * Reads a feed. The watermark of the table's declaration is computed after every row, where a real source does so every 200
 * ms: what is late does not depend on how fast the machine is.
 */
final class FeedReader implements SourceReader<RowData, FeedSource.NoSplit> {
    private final Feed feed;
    private final Steps steps;
    private final Shape shape;
    private final WatermarkGenerator<RowData> watermarks; // null without
    private final boolean reads; // the first subtask does
    private final TreeMap<Long, Integer> snapshots = new TreeMap<>(); // step that was done at a checkpoint

    private int next;
    private int step; // that the next line belongs to
    private volatile CompletableFuture<Void> available = CompletableFuture.completedFuture(null);

    FeedReader(Feed feed, Steps steps, Shape shape, WatermarkStrategy<RowData> strategy, SourceReaderContext context) {
        this.feed = feed;
        this.steps = steps;
        this.shape = shape;
        this.reads = context.getIndexOfSubtask() == 0;
        this.watermarks = strategy == null || feed.ownWatermarks ? null : strategy.createWatermarkGenerator(new Context(context.metricGroup()));
    }

    @Override
    public void start() {
        if (reads) {
            steps.join(this);
        }
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RowData> output) {
        if (!reads) {
            return InputStatus.END_OF_INPUT;
        }
        JsonNode line = feed.lines.get(next);
        if (line.has("r")) {
            RowData row = shape.read(line);
            output.collect(row);
            if (watermarks != null) {
                watermarks.onEvent(row, Long.MIN_VALUE, output);
                watermarks.onPeriodicEmit(output);
            }
        } else if (line.has("watermark")) {
            output.emitWatermark(new Watermark(line.get("watermark").asLong()));
        } else if (line.has("idle")) {
            output.markIdle();
        } else if (line.has("active")) {
            output.markActive();
        } else if (line.has("step")) {
            if (steps.current() < line.get("step").asInt()) {
                return await(line.get("step").asInt());
            }
            step = line.get("step").asInt();
        } else if (line.has("end")) {
            steps.leave(this);
            return InputStatus.END_OF_INPUT;
        } else { // hold
            return await(Integer.MAX_VALUE);
        }
        next++;
        return InputStatus.MORE_AVAILABLE;
    }

    private InputStatus await(int wanted) {
        available = new CompletableFuture<>();
        if (steps.current() >= wanted) { // meanwhile
            available.complete(null);
        }
        return InputStatus.NOTHING_AVAILABLE;
    }

    void wake() {
        available.complete(null);
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return available;
    }

    /** The step whose rows had all been given at a checkpoint; -1 for none. */
    synchronized int doneAt(long checkpoint) {
        return snapshots.getOrDefault(checkpoint, -1);
    }

    @Override
    public synchronized List<FeedSource.NoSplit> snapshotState(long checkpoint) {
        JsonNode line = feed.lines.get(next);
        boolean waits = line.has("step") || line.has("hold");
        snapshots.put(checkpoint, waits ? step : step - 1);
        return List.of();
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
        steps.completed(checkpoint);
        synchronized (this) {
            snapshots.headMap(checkpoint).clear();
        }
    }

    @Override
    public void addSplits(List<FeedSource.NoSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {
        steps.leave(this);
    }

    /** What generated code asks for when a generator of watermarks is made. */
    private static final class Context implements WatermarkGeneratorSupplier.Context {
        private final MetricGroup metrics;

        Context(MetricGroup metrics) {
            this.metrics = metrics;
        }

        @Override
        public MetricGroup getMetricGroup() {
            return metrics;
        }

        @Override
        public RelativeClock getInputActivityClock() {
            return SystemClock.getInstance();
        }
    }
}
