import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.GlobalConfiguration;

/** Prints what Flink reads out of a configuration folder, one option a line, key and value in base 64. */
class Print {
    public static void main(String[] args) {
        for (Map.Entry<String, String> option : new TreeMap<>(GlobalConfiguration.loadConfiguration(args[0]).toMap()).entrySet()) {
            System.out.println(encode(option.getKey()) + " " + encode(option.getValue()));
        }
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
