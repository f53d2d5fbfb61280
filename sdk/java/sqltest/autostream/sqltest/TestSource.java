package autostream.sqltest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.LookupTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.connector.source.abilities.SupportsSourceWatermark;
import org.apache.flink.table.connector.source.abilities.SupportsWatermarkPushDown;
import org.apache.flink.table.connector.source.lookup.LookupFunctionProvider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;

/** A table that is read: as a stream, or row by row by a lookup join. */
final class TestSource
        implements ScanTableSource, LookupTableSource, SupportsWatermarkPushDown, SupportsSourceWatermark, SupportsReadingMetadata {

    private final TestTableFactory.Table table;
    private DataType produced;
    private List<String> keys = List.of(); // of metadata, behind the physical columns
    private WatermarkStrategy<RowData> watermarks; // null without

    TestSource(TestTableFactory.Table table) {
        this.table = table;
        this.produced = table.physical;
    }

    @Override
    public ChangelogMode getChangelogMode() {
        return TestTableFactory.Table.mode(table.reads);
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        return SourceProvider.of(new FeedSource(table.folder, table.name, shape(), watermarks));
    }

    @Override
    public LookupRuntimeProvider getLookupRuntimeProvider(LookupContext context) {
        int[] columns = new int[context.getKeys().length];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = context.getKeys()[i][0];
        }
        return LookupFunctionProvider.of(new FeedLookup(table.folder, table.name, shape(), columns));
    }

    private Shape shape() {
        List<String> names = new ArrayList<>(DataType.getFieldNames(table.physical));
        keys.forEach(key -> names.add(table.columns.get(key)));
        List<LogicalType> types = new ArrayList<>();
        DataType.getFieldDataTypes(produced).forEach(type -> types.add(type.getLogicalType()));
        return new Shape(names.toArray(new String[0]), types.toArray(new LogicalType[0]));
    }

    @Override
    public void applyWatermark(WatermarkStrategy<RowData> strategy) {
        watermarks = strategy;
    }

    @Override
    public void applySourceWatermark() {
        // Watermarks are those that the case gives.
    }

    @Override
    public Map<String, DataType> listReadableMetadata() {
        return table.metadata;
    }

    @Override
    public void applyReadableMetadata(List<String> metadataKeys, DataType producedDataType) {
        keys = metadataKeys;
        produced = producedDataType;
    }

    @Override
    public DynamicTableSource copy() {
        TestSource copy = new TestSource(table);
        copy.produced = produced;
        copy.keys = keys;
        copy.watermarks = watermarks;
        return copy;
    }

    @Override
    public String asSummaryString() {
        return "rows of a test";
    }
}
