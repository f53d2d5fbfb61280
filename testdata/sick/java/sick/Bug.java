package sick;

import org.apache.flink.table.functions.ScalarFunction;

/** Does not expect every value. */
public class Bug extends ScalarFunction {
  public Long eval(Long value) {
    if (value % 2000 == 1999) {
      throw new IllegalStateException("no price for SKU " + value);
    }
    return value;
  }
}
