package sick;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;

/** Asks a service that is not there, or, if it is told not to, answers by itself. */
public class Refused extends ScalarFunction {
  private transient int port;

  @Override
  public void open(FunctionContext context) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  public Long eval(Long key, Boolean ask) throws IOException {
    if (!ask) {
      return key;
    }
    try (InputStream in = new URL("http://localhost:" + port + "/" + key).openStream()) {
      return (long) in.read();
    }
  }
}
