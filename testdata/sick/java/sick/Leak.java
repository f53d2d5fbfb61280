package sick;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.functions.ScalarFunction;

/** Remembers every record for ever. */
public class Leak extends ScalarFunction {
  private static final List<byte[]> SEEN = new ArrayList<>();

  public Long eval(Long value, Integer bytes) {
    synchronized (SEEN) {
      SEEN.add(new byte[bytes]);
    }
    return value;
  }
}
