package sick;

import org.apache.flink.table.functions.ScalarFunction;

/** A click as JSON. */
public class AsJson extends ScalarFunction {
  public String eval(Integer n) {
    return "{\"kind\":\"click\",\"user\":{\"id\":" + n + ",\"tags\":[\"a\",\"b\",\"c\"]},\"page\":{\"id\":" + n
        + ",\"url\":\"https://example.com/a/b/c?d=e\"},\"time\":\"2026-11-22T18:29:15Z\"}";
  }
}
