package autostream.sqltest;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.LookupFunction;

/** Answers the lookups of a join from the rows that the table has been given up to the current step. */
public final class FeedLookup extends LookupFunction {
    private static final long serialVersionUID = 1;

    private final String folder;
    private final String name;
    private final Shape shape;
    private final int[] keys; // columns, in the order of the key row
    private transient Feed feed;

    FeedLookup(String folder, String name, Shape shape, int[] keys) {
        this.folder = folder;
        this.name = name;
        this.shape = shape;
        this.keys = keys;
    }

    @Override
    public void open(FunctionContext context) throws Exception {
        feed = Feed.of(folder, name);
    }

    @Override
    public Collection<RowData> lookup(RowData key) throws IOException {
        Set<JsonNode> found = new LinkedHashSet<>();
        int step = Steps.of(folder).current();
        for (JsonNode line : feed.lines) {
            if (line.has("step") && line.get("step").asInt() > step) {
                break;
            }
            if (line.has("r") && matches(line.get("r"), key)) {
                change(found, line);
            }
        }
        Set<RowData> rows = new LinkedHashSet<>();
        found.forEach(row -> rows.add(shape.read(Shape.JSON.createObjectNode().set("r", row))));
        return rows;
    }

    private static void change(Set<JsonNode> found, JsonNode line) {
        String kind = line.path("k").asText();
        if (kind.equals("-U") || kind.equals("-D")) {
            found.remove(line.get("r"));
        } else {
            found.add(line.get("r"));
        }
    }

    private boolean matches(JsonNode row, RowData key) {
        for (int i = 0; i < keys.length; i++) {
            Object wanted = RowData.createFieldGetter(shape.types[keys[i]], i).getFieldOrNull(key);
            JsonNode have = row.get(shape.names[keys[i]]);
            if (wanted == null || have == null || have.isNull() || !Text.write(shape.types[keys[i]], wanted).equals(same(keys[i], have))) {
                return false;
            }
        }
        return true;
    }

    /** The value of a row in the form that values of its type are written in. */
    private JsonNode same(int column, JsonNode value) {
        return Text.write(shape.types[column], Text.read(shape.types[column], value));
    }
}
