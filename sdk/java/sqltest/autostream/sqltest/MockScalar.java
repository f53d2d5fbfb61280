package autostream.sqltest;

import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.logical.LogicalType;

/** Stands in for a scalar function. Flink makes functions by their class alone, so each mock is a subclass with its results. */
public abstract class MockScalar extends ScalarFunction {
    private final Answers answers;
    private LogicalType type;

    protected MockScalar(String spec) {
        answers = new Answers(spec);
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory factory) {
        type = answers.type(factory).getLogicalType();
        return answers.inference(factory);
    }

    public Object eval(Object... args) {
        return Text.read(type, answers.of(args));
    }
}
