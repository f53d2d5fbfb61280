package sick;

import org.apache.flink.table.functions.ScalarFunction;

/** Takes every text for a number. */
public class Parse extends ScalarFunction {
  public Integer eval(String text) {
    return Integer.parseInt(text);
  }
}
