package evolve;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.TableFunction;
import org.apache.flink.types.Row;

/** A table function: each letter of a text with its number. */
@FunctionHint(output = @DataTypeHint("ROW<letter STRING, number INT>"))
public final class Split extends TableFunction<Row> {
    public void eval(String text) {
        for (int i = 0; text != null && i < text.length(); i++) {
            collect(Row.of(text.substring(i, i + 1), i));
        }
    }
}
