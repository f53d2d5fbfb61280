package shop;

import static org.apache.flink.table.annotation.ArgumentTrait.OPTIONAL_PARTITION_BY;
import static org.apache.flink.table.annotation.ArgumentTrait.PASS_COLUMNS_THROUGH;
import static org.apache.flink.table.annotation.ArgumentTrait.REQUIRE_FULL_DELETE;
import static org.apache.flink.table.annotation.ArgumentTrait.REQUIRE_ON_TIME;
import static org.apache.flink.table.annotation.ArgumentTrait.REQUIRE_UPDATE_BEFORE;
import static org.apache.flink.table.annotation.ArgumentTrait.ROW_SEMANTIC_TABLE;
import static org.apache.flink.table.annotation.ArgumentTrait.SET_SEMANTIC_TABLE;
import static org.apache.flink.table.annotation.ArgumentTrait.SUPPORT_UPDATES;

import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.functions.AsyncScalarFunction;
import org.apache.flink.table.functions.ChangelogFunction;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;

/** Process table functions, since Flink 2.1. */
public final class Processes {
    private Processes() {}

    public static class Greet extends ProcessTableFunction<String> {
        public void eval(
                @ArgumentHint(value = ROW_SEMANTIC_TABLE, name = "input") Row input,
                @ArgumentHint(name = "greeting") String greeting) {}
    }

    /** One parameter has a name, so the others are numbered. */
    public static class Half extends ProcessTableFunction<String> {
        public void eval(@ArgumentHint(ROW_SEMANTIC_TABLE) Row input, @ArgumentHint(name = "greeting") String greeting) {}
    }

    /** Keeps what came before, for each key. */
    public static class Count extends ProcessTableFunction<Long> {
        public static class Seen {
            public long n = 0;
        }

        public void eval(@StateHint Seen seen, @ArgumentHint(SET_SEMANTIC_TABLE) Row input) {}
    }

    @DataTypeHint("ROW<score DOUBLE, label STRING>")
    public static class Score extends ProcessTableFunction<Row> {
        public void eval(
                Context context,
                @ArgumentHint({ROW_SEMANTIC_TABLE, PASS_COLUMNS_THROUGH}) Row input,
                @ArgumentHint(isOptional = true) Double threshold) {}
    }

    public static class Sessions extends ProcessTableFunction<Sessions.Session> {
        public static class Session {
            public String kind;
            public int events;
        }

        public void eval(
                Context context,
                @StateHint(ttl = "1 d") Session state,
                @ArgumentHint({SET_SEMANTIC_TABLE, REQUIRE_ON_TIME}) Row input,
                @ArgumentHint(isOptional = true) Integer gap) {}

        public void onTimer(Session state) {}
    }

    /** Takes changes of all kinds and reports on them. */
    public static class Audit extends ProcessTableFunction<String> {
        public void eval(@ArgumentHint({SET_SEMANTIC_TABLE, SUPPORT_UPDATES}) Row input) {}
    }

    public static class AuditAll extends ProcessTableFunction<String> {
        public void eval(
                @ArgumentHint({SET_SEMANTIC_TABLE, SUPPORT_UPDATES, REQUIRE_UPDATE_BEFORE, REQUIRE_FULL_DELETE}) Row input) {}
    }

    public static class AuditRows extends ProcessTableFunction<String> {
        public void eval(@ArgumentHint({ROW_SEMANTIC_TABLE, SUPPORT_UPDATES}) Row input) {}
    }

    public static class Whole extends ProcessTableFunction<Integer> {
        public void eval(@ArgumentHint({SET_SEMANTIC_TABLE, OPTIONAL_PARTITION_BY, PASS_COLUMNS_THROUGH}) Row input) {}
    }

    public static class Loose extends ProcessTableFunction<Integer> {
        public void eval(@ArgumentHint({SET_SEMANTIC_TABLE, OPTIONAL_PARTITION_BY}) Row input) {}
    }

    /** Two tables, by the same key. */
    public static class Match extends ProcessTableFunction<String> {
        public void eval(
                @ArgumentHint(value = SET_SEMANTIC_TABLE, name = "orders") Row order,
                @ArgumentHint(value = SET_SEMANTIC_TABLE, name = "payments") Row payment) {}
    }

    /** The table has declared columns. */
    public static class Typed extends ProcessTableFunction<Row> {
        @FunctionHint(output = @DataTypeHint("ROW<name STRING, twice INT>"))
        public void eval(
                @ArgumentHint(value = ROW_SEMANTIC_TABLE, type = @DataTypeHint("ROW<name STRING, score INT>")) Row input) {}
    }

    public static class Values extends ProcessTableFunction<Integer> {
        public void eval(@ArgumentHint(name = "low") Integer low, @ArgumentHint(name = "high") Integer high) {}
    }

    /** Emits changes, of the kinds that its code says. */
    public static class Latest extends ProcessTableFunction<String> implements ChangelogFunction {
        public void eval(@ArgumentHint({SET_SEMANTIC_TABLE}) Row input) {}

        @Override
        public ChangelogMode getChangelogMode(ChangelogContext context) {
            return ChangelogMode.upsert();
        }
    }

    public static class Ask extends AsyncScalarFunction {
        public void eval(CompletableFuture<String> answer, String question) {}

        public void eval(CompletableFuture<Integer> answer, Integer question) {}
    }
}
