package autostream.sqltest;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.functions.TableFunction;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.logical.LogicalType;

/** Stands in for a table function. */
public abstract class MockTable extends TableFunction<Object> {
    private final Answers answers;
    private LogicalType type;

    protected MockTable(String spec) {
        answers = new Answers(spec);
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory factory) {
        type = answers.type(factory).getLogicalType();
        return answers.inference(factory);
    }

    public void eval(Object... args) {
        JsonNode rows = answers.of(args);
        if (rows != null) {
            rows.forEach(row -> collect(Text.read(type, row)));
        }
    }
}
