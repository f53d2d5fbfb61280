package sick;

import java.lang.reflect.Field;
import org.apache.flink.table.functions.ScalarFunction;
import sun.misc.Unsafe;

/** Takes memory that the JVM knows nothing of, as a native library may, and never gives it back. */
public class Native extends ScalarFunction {
  private static final long BYTES = 4 << 20;
  private transient Unsafe memory;

  public Long eval(Long value) throws ReflectiveOperationException {
    if (memory == null) {
      Field field = Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      memory = (Unsafe) field.get(null);
    }
    memory.setMemory(memory.allocateMemory(BYTES), BYTES, (byte) 1);
    return value;
  }
}
