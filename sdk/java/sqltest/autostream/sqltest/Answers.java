package autostream.sqltest;

import java.io.Serializable;
import java.io.UncheckedIOException;
import java.math.BigDecimal;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.InputTypeStrategies;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.inference.TypeStrategies;
import org.apache.flink.table.types.utils.DataTypeUtils;

/** Results of a function by its arguments: {"returns":"STRING","calls":[{"args":["1"],"result":"x"}],"otherwise":null}. */
final class Answers implements Serializable {
    private static final long serialVersionUID = 1;

    private final String spec;
    private transient JsonNode tree;

    Answers(String spec) {
        this.spec = spec;
    }

    private JsonNode tree() {
        if (tree == null) {
            try {
                tree = Shape.JSON.readTree(spec);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
        return tree;
    }

    TypeInference inference(DataTypeFactory factory) {
        return TypeInference.newBuilder()
                .inputTypeStrategy(InputTypeStrategies.WILDCARD)
                .outputTypeStrategy(TypeStrategies.explicit(type(factory)))
                .build();
    }

    /** The type of the result, in the form that the runtime computes with. */
    DataType type(DataTypeFactory factory) {
        return DataTypeUtils.toInternalDataType(factory.createDataType(tree().get("returns").asText()));
    }

    JsonNode of(Object[] args) {
        for (JsonNode call : tree().get("calls")) {
            if (fits(call.get("args"), args)) {
                return call.get("result");
            }
        }
        return tree().get("otherwise");
    }

    private static boolean fits(JsonNode wanted, Object[] args) {
        if (wanted == null || wanted.size() != args.length) {
            return false;
        }
        for (int i = 0; i < args.length; i++) {
            if (wanted.get(i).isNull() ? args[i] != null : args[i] == null || !same(wanted.get(i).asText(), Text.of(args[i]))) {
                return false;
            }
        }
        return true;
    }

    /** Numbers are the same at any scale, times with a blank or a T. */
    private static boolean same(String wanted, String have) {
        if (wanted.equals(have) || wanted.replace(' ', 'T').equals(have)) {
            return true;
        }
        try {
            return new BigDecimal(wanted).compareTo(new BigDecimal(have)) == 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
