package autostream.sqltest;

import java.io.Serializable;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
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

    /** The inference of an aggregate function with an accumulator of a type. */
    TypeInference aggregating(DataTypeFactory factory, DataType accumulator) {
        return TypeInference.newBuilder()
                .inputTypeStrategy(InputTypeStrategies.WILDCARD)
                .accumulatorTypeStrategy(TypeStrategies.explicit(accumulator))
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

    /** The arguments of a row as a JSON list of texts, which is how an aggregate function remembers them. */
    static String row(Object[] args) {
        ArrayNode row = Shape.JSON.createArrayNode();
        for (Object arg : args) {
            row.add(arg == null ? null : Text.of(arg));
        }
        return row.toString();
    }

    /** The result for a group: the one whose rows are those of the group, in any order. */
    JsonNode ofRows(String[] group) {
        for (JsonNode call : tree().get("calls")) {
            List<JsonNode> left = new ArrayList<>();
            call.get("args").forEach(left::add);
            boolean all = left.size() == group.length;
            for (int i = 0; all && i < group.length; i++) {
                all = take(left, group[i]);
            }
            if (all) {
                return call.get("result");
            }
        }
        return tree().get("otherwise");
    }

    /** Takes a row that is like another out of a list. */
    private static boolean take(List<JsonNode> left, String row) {
        Object[] args;
        try {
            args = Shape.JSON.readValue(row, String[].class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        for (int i = 0; i < left.size(); i++) {
            if (fits(left.get(i), args)) {
                left.remove(i);
                return true;
            }
        }
        return false;
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
