package shop;

import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.table.functions.TableAggregateFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/** Aggregate functions: with and without methods to take a value back and to merge. */
public final class Aggregates {
    private Aggregates() {}

    public static class Sums {
        public double sum = 0;
        public long count = 0;
    }

    public static class WeightedAverage extends AggregateFunction<Double, Sums> {
        @Override
        public Double getValue(Sums sums) {
            return sums.sum / sums.count;
        }

        @Override
        public Sums createAccumulator() {
            return new Sums();
        }

        public void accumulate(Sums sums, Double value, Long weight) {}

        public void retract(Sums sums, Double value, Long weight) {}

        public void merge(Sums sums, Iterable<Sums> others) {}
    }

    /** It cannot take values back, nor merge. */
    public static class LastText extends AggregateFunction<String, Sums> {
        @Override
        public String getValue(Sums sums) {
            return "";
        }

        @Override
        public Sums createAccumulator() {
            return new Sums();
        }

        public void accumulate(Sums sums, String text) {}
    }

    /** It merges, but takes nothing back. */
    public static class Longest extends AggregateFunction<Integer, Sums> {
        @Override
        public Integer getValue(Sums sums) {
            return 0;
        }

        @Override
        public Sums createAccumulator() {
            return new Sums();
        }

        public void accumulate(Sums sums, String text) {}

        public void merge(Sums sums, Iterable<Sums> others) {}
    }

    /** Hints say all. */
    @FunctionHint(accumulator = @DataTypeHint("ROW<n BIGINT>"), output = @DataTypeHint("ROW<low INT, high INT>"))
    public static class Bounds extends AggregateFunction<Row, Row> {
        @Override
        public Row getValue(Row state) {
            return state;
        }

        @Override
        public Row createAccumulator() {
            return Row.of(0L);
        }

        public void accumulate(Row state, Integer n) {}

        public void accumulate(Row state, Integer n, Integer times) {}

        public void retract(Row state, Integer n) {}
    }

    public static class Pair extends AggregateFunction<Long, Tuple2<Long, Long>> {
        @Override
        public Long getValue(Tuple2<Long, Long> state) {
            return state.f0;
        }

        @Override
        public Tuple2<Long, Long> createAccumulator() {
            return Tuple2.of(0L, 0L);
        }

        public void accumulate(Tuple2<Long, Long> state, long n) {}
    }

    public static class Top2 extends TableAggregateFunction<Integer, Sums> {
        @Override
        public Sums createAccumulator() {
            return new Sums();
        }

        public void accumulate(Sums sums, Integer n) {}

        public void emitValue(Sums sums, Collector<Integer> out) {}
    }
}
