package evolve;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.LookupTableSource;
import org.apache.flink.table.connector.source.lookup.AsyncLookupFunctionProvider;
import org.apache.flink.table.connector.source.lookup.LookupFunctionProvider;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.functions.AsyncLookupFunction;
import org.apache.flink.table.functions.LookupFunction;
import org.apache.flink.table.types.logical.LogicalType;

/** Connector of a table that can only be looked up: every key is found, its row is the key in every column. */
public final class LookupTable implements DynamicTableSourceFactory {
    private static final ConfigOption<Boolean> ASYNC = ConfigOptions.key("lookup.async").booleanType().defaultValue(false);

    @Override
    public String factoryIdentifier() {
        return "evolve-lookup";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(ASYNC);
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        List<LogicalType> types = context.getPhysicalRowDataType().getLogicalType().getChildren();
        boolean[] text = new boolean[types.size()];
        for (int i = 0; i < text.length; i++) {
            text[i] = types.get(i).getDefaultConversion() == String.class;
        }
        return new Source(Boolean.parseBoolean(context.getCatalogTable().getOptions().get(ASYNC.key())), text);
    }

    private static RowData answer(RowData key, boolean[] text) {
        GenericRowData row = new GenericRowData(text.length);
        for (int i = 0; i < text.length; i++) {
            row.setField(i, text[i] ? (Object) StringData.fromString("row") : (Object) key.getInt(0));
        }
        return row;
    }

    private static final class Source implements LookupTableSource {
        private final boolean async;
        private final boolean[] text;

        Source(boolean async, boolean[] text) {
            this.async = async;
            this.text = text;
        }

        @Override
        public LookupRuntimeProvider getLookupRuntimeProvider(LookupContext context) {
            return async ? AsyncLookupFunctionProvider.of(new Async(text)) : LookupFunctionProvider.of(new Sync(text));
        }

        @Override
        public DynamicTableSource copy() {
            return new Source(async, text);
        }

        @Override
        public String asSummaryString() {
            return "evolve lookup";
        }
    }

    /** Answers in the caller's thread. */
    public static final class Sync extends LookupFunction {
        private final boolean[] text;

        Sync(boolean[] text) {
            this.text = text;
        }

        @Override
        public Collection<RowData> lookup(RowData key) {
            return List.of(answer(key, text));
        }
    }

    /** Answers in a thread of the pool. */
    public static final class Async extends AsyncLookupFunction {
        private final boolean[] text;

        Async(boolean[] text) {
            this.text = text;
        }

        @Override
        public CompletableFuture<Collection<RowData>> asyncLookup(RowData key) {
            return CompletableFuture.supplyAsync(() -> List.of(answer(key, text)));
        }
    }
}
