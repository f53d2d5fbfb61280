package autostream.sqltest;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Values as text: every scalar is a string whatever its type, a row an object, an array a list, a map a list of pairs. Nothing
 * is rounded, and both sides of the wire need no more of JSON.
 */
final class Text {
    private Text() {}

    static Object read(LogicalType type, JsonNode node) {
        if (node == null || node.isNull()) {
            return null;
        }
        switch (type.getTypeRoot()) {
            case ARRAY: {
                LogicalType element = type.getChildren().get(0);
                Object[] items = new Object[node.size()];
                Arrays.setAll(items, i -> read(element, node.get(i)));
                return new GenericArrayData(items);
            }
            case MAP:
            case MULTISET: {
                LogicalType key = type.getChildren().get(0);
                LogicalType value = type instanceof MultisetType ? new IntType(false) : type.getChildren().get(1);
                Map<Object, Object> entries = new LinkedHashMap<>();
                node.forEach(pair -> entries.put(read(key, pair.get(0)), read(value, pair.get(1))));
                return new GenericMapData(entries);
            }
            case ROW:
            case STRUCTURED_TYPE: {
                List<String> names = LogicalTypeChecks.getFieldNames(type);
                List<LogicalType> types = LogicalTypeChecks.getFieldTypes(type);
                GenericRowData row = new GenericRowData(names.size());
                for (int i = 0; i < names.size(); i++) {
                    row.setField(i, read(types.get(i), node.get(names.get(i))));
                }
                return row;
            }
            default:
                return scalar(type, node.asText());
        }
    }

    private static Object scalar(LogicalType type, String text) {
        switch (type.getTypeRoot()) {
            case CHAR:
            case VARCHAR:
                return StringData.fromString(text);
            case BOOLEAN:
                return Boolean.valueOf(text);
            case BINARY:
            case VARBINARY:
                return Base64.getDecoder().decode(text);
            case DECIMAL: {
                DecimalType decimal = (DecimalType) type;
                return DecimalData.fromBigDecimal(new BigDecimal(text), decimal.getPrecision(), decimal.getScale());
            }
            case TINYINT:
                return Byte.valueOf(text);
            case SMALLINT:
                return Short.valueOf(text);
            case INTEGER:
            case INTERVAL_YEAR_MONTH:
                return Integer.valueOf(text);
            case BIGINT:
            case INTERVAL_DAY_TIME:
                return Long.valueOf(text);
            case FLOAT:
                return Float.valueOf(text);
            case DOUBLE:
                return Double.valueOf(text);
            case DATE:
                return (int) LocalDate.parse(text).toEpochDay();
            case TIME_WITHOUT_TIME_ZONE:
                return (int) (LocalTime.parse(text).toNanoOfDay() / 1_000_000);
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return TimestampData.fromLocalDateTime(LocalDateTime.parse(text));
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return TimestampData.fromInstant(Instant.parse(text));
            default:
                throw new IllegalArgumentException("a test cannot give values of type " + type.asSummaryString());
        }
    }

    static JsonNode write(LogicalType type, Object value) {
        if (value == null) {
            return Shape.JSON.nullNode();
        }
        switch (type.getTypeRoot()) {
            case ARRAY:
                return list(type.getChildren().get(0), (ArrayData) value);
            case MAP:
                return pairs(type.getChildren().get(0), type.getChildren().get(1), (MapData) value);
            case MULTISET:
                return pairs(type.getChildren().get(0), new IntType(false), (MapData) value);
            case ROW:
            case STRUCTURED_TYPE: {
                List<String> names = LogicalTypeChecks.getFieldNames(type);
                List<LogicalType> types = LogicalTypeChecks.getFieldTypes(type);
                ObjectNode object = Shape.JSON.createObjectNode();
                for (int i = 0; i < names.size(); i++) {
                    Object field = RowData.createFieldGetter(types.get(i), i).getFieldOrNull((RowData) value);
                    object.set(names.get(i), write(types.get(i), field));
                }
                return object;
            }
            default:
                return Shape.JSON.getNodeFactory().textNode(text(type, value));
        }
    }

    private static JsonNode list(LogicalType element, ArrayData array) {
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(element);
        ArrayNode list = Shape.JSON.createArrayNode();
        for (int i = 0; i < array.size(); i++) {
            list.add(write(element, getter.getElementOrNull(array, i)));
        }
        return list;
    }

    private static JsonNode pairs(LogicalType key, LogicalType value, MapData map) {
        ArrayData.ElementGetter keys = ArrayData.createElementGetter(key);
        ArrayData.ElementGetter values = ArrayData.createElementGetter(value);
        ArrayNode list = Shape.JSON.createArrayNode();
        for (int i = 0; i < map.size(); i++) {
            ArrayNode pair = list.addArray();
            pair.add(write(key, keys.getElementOrNull(map.keyArray(), i)));
            pair.add(write(value, values.getElementOrNull(map.valueArray(), i)));
        }
        return list;
    }

    private static String text(LogicalType type, Object value) {
        switch (type.getTypeRoot()) {
            case BINARY:
            case VARBINARY:
                return Base64.getEncoder().encodeToString((byte[]) value);
            case DECIMAL:
                return ((DecimalData) value).toBigDecimal().toPlainString();
            case DATE:
                return LocalDate.ofEpochDay((Integer) value).toString();
            case TIME_WITHOUT_TIME_ZONE:
                return LocalTime.ofNanoOfDay((Integer) value * 1_000_000L).toString();
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return ((TimestampData) value).toLocalDateTime().toString();
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return ((TimestampData) value).toInstant().toString();
            default:
                return value.toString();
        }
    }

    /** The text of a value as user functions get it. */
    static String of(Object value) {
        if (value instanceof BigDecimal) {
            return ((BigDecimal) value).toPlainString();
        }
        if (value instanceof byte[]) {
            return Base64.getEncoder().encodeToString((byte[]) value);
        }
        return String.valueOf(value);
    }
}
