package sick;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;

/** Asks a service, which takes its time, once for each record or, if it is told to remember, once for each key. */
public class Http extends ScalarFunction {
  private transient HttpServer server;
  private transient Map<Long, Long> known;

  @Override
  public void open(FunctionContext context) throws IOException {
    known = new HashMap<>();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      LockSupport.parkNanos(40_000_000);
      exchange.sendResponseHeaders(200, 1);
      exchange.getResponseBody().write('1');
      exchange.close();
    });
    server.start();
  }

  public Long eval(Long key, Boolean remember) throws IOException {
    Long answer = known.get(key);
    if (answer == null) {
      try (InputStream in = new URL("http://localhost:" + server.getAddress().getPort() + "/" + key).openStream()) {
        answer = (long) in.read();
      }
      if (remember) {
        known.put(key, answer);
      }
    }
    return answer;
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
    }
  }
}
