package autostream.sqltest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.RowKind;

/**
 * Connector of the tables in a SQL test: rows come from a file of the test case and go to another. A table keeps everything of
 * its declaration but its options, so the plan of a query is that of production.
 */
public final class TestTableFactory implements DynamicTableSourceFactory, DynamicTableSinkFactory {

    /** Folder of the test case, an absolute path on the machine of the cluster. */
    static final ConfigOption<String> FOLDER = ConfigOptions.key("folder").stringType().noDefaultValue();

    /** Name of the table's files in that folder. */
    static final ConfigOption<String> NAME = ConfigOptions.key("name").stringType().noDefaultValue();

    /** Kinds of rows that the connector of production gives and takes: all, upsert or append. */
    static final ConfigOption<String> READS = ConfigOptions.key("reads").stringType().defaultValue("append");

    static final ConfigOption<String> WRITES = ConfigOptions.key("writes").stringType().defaultValue("all");

    @Override
    public String factoryIdentifier() {
        return "autostream-test";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(FOLDER, NAME);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(READS, WRITES);
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        return new TestSource(Table.of(context));
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        return new TestSink(Table.of(context));
    }

    /** What both directions know of a table. */
    static final class Table {
        final String folder;
        final String name;
        final String reads;
        final String writes;
        final DataType physical;
        final Map<String, DataType> metadata = new LinkedHashMap<>(); // by the key in the connector
        final Map<String, String> columns = new LinkedHashMap<>(); // the column of each key

        private Table(Context context) {
            Map<String, String> options = context.getCatalogTable().getOptions();
            folder = options.get(FOLDER.key());
            name = options.get(NAME.key());
            reads = options.getOrDefault(READS.key(), READS.defaultValue());
            writes = options.getOrDefault(WRITES.key(), WRITES.defaultValue());
            physical = context.getPhysicalRowDataType();
            ResolvedSchema schema = context.getCatalogTable().getResolvedSchema();
            for (Column column : schema.getColumns()) {
                if (column instanceof Column.MetadataColumn) {
                    String key = ((Column.MetadataColumn) column).getMetadataKey().orElse(column.getName());
                    metadata.put(key, column.getDataType());
                    columns.putIfAbsent(key, column.getName());
                }
            }
        }

        static Table of(Context context) {
            return new Table(context); // options that are not known here come from a table that this one is LIKE
        }

        static ChangelogMode mode(String kinds) {
            ChangelogMode.Builder mode = ChangelogMode.newBuilder().addContainedKind(RowKind.INSERT);
            if (!kinds.equals("append")) {
                mode.addContainedKind(RowKind.UPDATE_AFTER).addContainedKind(RowKind.DELETE);
            }
            if (kinds.equals("all")) {
                mode.addContainedKind(RowKind.UPDATE_BEFORE);
            }
            return mode.build();
        }
    }
}
