package sick;

import org.apache.flink.table.functions.ScalarFunction;

/** Ends its process after a while, without a word, as a kernel that is short of memory does. */
public class Halt extends ScalarFunction {
  private static final long MILLIS = 40_000;
  private transient long began;

  public Long eval(Long value) {
    if (began == 0) {
      began = System.currentTimeMillis();
    }
    if (System.currentTimeMillis() - began > MILLIS) {
      Runtime.getRuntime().halt(137);
    }
    return value;
  }
}
