package shop;

import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.TableFunction;
import org.apache.flink.types.Row;

/** Table functions. */
public final class Tables {
    private Tables() {}

    /** One column without a name. */
    public static class Letters extends TableFunction<String> {
        public void eval(String text) {}

        public void eval(String text, int from) {}
    }

    @FunctionHint(output = @DataTypeHint("ROW<word STRING, size INT NOT NULL>"))
    public static class Words extends TableFunction<Row> {
        public void eval(String text) {}

        public void eval(String... texts) {}
    }

    public static class Range extends TableFunction<Long> {
        @FunctionHint(output = @DataTypeHint("BIGINT NOT NULL"))
        public void eval(long from, long to) {}
    }

    /** Every method has rows of its own. */
    public static class Mixed extends TableFunction<Object> {
        @FunctionHint(output = @DataTypeHint("ROW<a INT, b INT>"))
        public void eval(Integer n) {}

        @FunctionHint(output = @DataTypeHint("ROW<text STRING>"))
        public void eval(String text) {}
    }

    public static class People extends TableFunction<Scalars.Address> {
        public void eval(String text) {}
    }

    public static class Pairs extends TableFunction<Tuple2<String, Integer>> {
        public void eval(String text) {}
    }

    public static class Numbers extends TableFunction<Integer> {
        public void eval(Integer[] numbers) {}
    }
}
