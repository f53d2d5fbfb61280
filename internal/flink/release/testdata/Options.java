import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.FallbackKey;

/** Prints every option of a Flink distribution, one a line: its key, then the deprecated ones that it replaces. */
class Options {
    public static void main(String[] args) throws Exception {
        for (File file : new File(args[0]).listFiles((dir, name) -> name.startsWith("flink-"))) {
            try (JarFile jar = new JarFile(file)) {
                for (JarEntry entry : Collections.list(jar.entries())) {
                    String name = entry.getName();
                    if (name.startsWith("org/apache/flink/") && !name.contains("shaded") && name.matches(".*(Option|Config)[^/]*\\.class")) {
                        print(name.substring(0, name.length() - ".class".length()).replace('/', '.'));
                    }
                }
            }
        }
    }

    private static void print(String className) {
        try {
            for (Field field : Class.forName(className, false, Options.class.getClassLoader()).getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) || field.getType() != ConfigOption.class) {
                    continue;
                }
                field.setAccessible(true);
                ConfigOption<?> option = (ConfigOption<?>) field.get(null);
                StringBuilder line = new StringBuilder(option.key());
                for (FallbackKey old : option.fallbackKeys()) {
                    if (old.isDeprecated()) {
                        line.append(' ').append(old.getKey());
                    }
                }
                System.out.println(line);
            }
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            // A class for a part of Flink that this class path does not have.
        }
    }
}
