package autostream.sqltest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.logical.LogicalType;

/** Stands in for an aggregate function: its result is chosen by the arguments of all rows of a group, in any order. */
public abstract class MockAggregate extends AggregateFunction<Object, MockAggregate.Rows> {

    /** The arguments of the rows that are in a group, each as a JSON list of texts. */
    public static final class Rows {
        public String[] rows = {};
    }

    private final Answers answers;
    private LogicalType type;

    protected MockAggregate(String spec) {
        answers = new Answers(spec);
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory factory) {
        type = answers.type(factory).getLogicalType();
        return answers.aggregating(factory, DataTypes.STRUCTURED(Rows.class, DataTypes.FIELD("rows", DataTypes.ARRAY(DataTypes.STRING()))));
    }

    @Override
    public Rows createAccumulator() {
        return new Rows();
    }

    public void accumulate(Rows group, Object... args) {
        group.rows = Arrays.copyOf(group.rows, group.rows.length + 1);
        group.rows[group.rows.length - 1] = Answers.row(args);
    }

    public void retract(Rows group, Object... args) {
        List<String> rows = new ArrayList<>(Arrays.asList(group.rows));
        rows.remove(Answers.row(args));
        group.rows = rows.toArray(new String[0]);
    }

    public void merge(Rows group, Iterable<Rows> others) {
        List<String> rows = new ArrayList<>(Arrays.asList(group.rows));
        others.forEach(other -> rows.addAll(Arrays.asList(other.rows)));
        group.rows = rows.toArray(new String[0]);
    }

    @Override
    public Object getValue(Rows group) {
        return Text.read(type, answers.ofRows(group.rows));
    }
}
