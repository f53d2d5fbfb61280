package autostream.sqltest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.sink.DataStreamSinkProvider;
import org.apache.flink.table.connector.sink.DynamicTableSink;
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
        return new DataStreamSinkProvider() {
            @Override
            public DataStreamSink<?> consumeDataStream(ProviderContext provider, DataStream<RowData> rows) {
                return rows.transform("result of a test", TypeInformation.of(Void.class), new SinkOperator(table.folder, table.name, shape))
                        .setParallelism(1)
                        .sinkTo(new DiscardingSink<>())
                        .setParallelism(1);
            }
        };
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
}
