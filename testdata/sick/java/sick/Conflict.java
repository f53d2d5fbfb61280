package sick;

import org.apache.flink.table.functions.ScalarFunction;

/** Was compiled with another version of a library than the one that is there. */
public class Conflict extends ScalarFunction {
  public Long eval(Long value) {
    return value + Library.answer();
  }
}
