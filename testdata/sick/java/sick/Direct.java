package sick;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.functions.ScalarFunction;

/** Takes a megabyte outside of the heap for each record and never gives it back. */
public class Direct extends ScalarFunction {
  private transient List<ByteBuffer> taken;

  public Long eval(Long value) {
    if (taken == null) {
      taken = new ArrayList<>();
    }
    taken.add(ByteBuffer.allocateDirect(1 << 20));
    return value;
  }
}
