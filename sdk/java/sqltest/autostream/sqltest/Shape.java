package autostream.sqltest;

import java.io.IOException;
import java.io.Serializable;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.RowKind;

/** Names and types of the columns of a row, and its form in files: {"k":"+I","r":{"column":"text"}}. */
final class Shape implements Serializable {
    private static final long serialVersionUID = 1;
    static final ObjectMapper JSON = new ObjectMapper();

    final String[] names;
    final LogicalType[] types;

    Shape(String[] names, LogicalType[] types) {
        this.names = names;
        this.types = types;
    }

    RowData read(JsonNode line) {
        GenericRowData row = new GenericRowData(kind(line.path("k").asText("+I")), names.length);
        for (int i = 0; i < names.length; i++) {
            row.setField(i, Text.read(types[i], line.get("r").get(names[i])));
        }
        return row;
    }

    private static RowKind kind(String text) {
        for (RowKind kind : RowKind.values()) {
            if (kind.shortString().equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of row " + text);
    }

    String write(RowData row) throws IOException {
        ObjectNode columns = JSON.createObjectNode();
        for (int i = 0; i < names.length; i++) {
            Object value = RowData.createFieldGetter(types[i], i).getFieldOrNull(row);
            columns.set(names[i], Text.write(types[i], value));
        }
        ObjectNode line = JSON.createObjectNode();
        line.put("k", row.getRowKind().shortString());
        line.set("r", columns);
        return JSON.writeValueAsString(line);
    }
}
