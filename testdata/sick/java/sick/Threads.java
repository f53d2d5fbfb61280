package sick;

import java.util.concurrent.locks.LockSupport;
import org.apache.flink.table.functions.ScalarFunction;

/** Starts a thread for each record, up to as many as a machine bears, and ends none. */
public class Threads extends ScalarFunction {
  private transient int started;
  private volatile boolean closed;

  public Long eval(Long value) {
    if (started < 1200) {
      Thread worker = new Thread(() -> {
        while (!closed) {
          LockSupport.park();
        }
      }, "enrichment-" + started++);
      worker.setDaemon(true);
      worker.start();
    }
    return value;
  }

  @Override
  public void close() {
    closed = true;
    Thread[] all = new Thread[Thread.activeCount() + 5000];
    int n = Thread.enumerate(all);
    for (int i = 0; i < n; i++) {
      if (all[i].getName().startsWith("enrichment-")) {
        LockSupport.unpark(all[i]);
      }
    }
  }
}
