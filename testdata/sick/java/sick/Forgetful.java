package sick;

import java.util.ArrayDeque;
import org.apache.flink.table.functions.ScalarFunction;

/** Remembers the newest records only. */
public class Forgetful extends ScalarFunction {
  private static final int MOST = 10_000;
  private transient ArrayDeque<byte[]> seen;

  public Long eval(Long value, Integer bytes) {
    if (seen == null) {
      seen = new ArrayDeque<>();
    }
    seen.addLast(new byte[bytes]);
    if (seen.size() > MOST) {
      seen.removeFirst();
    }
    return value;
  }
}
