package autostream;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Main class of SQL jobs on Flink before 2.0, which has no SqlDriver of its own.
 *
 * <p>Its one argument is a file of statements that were split by AutoStream, with U+001E between two of them. Flink is
 * reached by reflection only, so that one jar serves every release and compiles without Flink. Statements may hold
 * secrets: none is ever printed.
 */
public final class SqlRunner {
    private static final Pattern SET =
            Pattern.compile("SET\\s+'((?:[^']|'')*)'\\s*=\\s*'((?:[^']|'')*)'", Pattern.CASE_INSENSITIVE);

    private final Object tables;
    private final Method executeSql;

    private SqlRunner() throws ReflectiveOperationException {
        Class<?> settings = Class.forName("org.apache.flink.table.api.EnvironmentSettings");
        Class<?> environment = Class.forName("org.apache.flink.table.api.TableEnvironment");
        Object builder = settings.getMethod("newInstance").invoke(null);
        Object built = builder.getClass().getMethod("build").invoke(builder);
        tables = environment.getMethod("create", settings).invoke(null, built);
        executeSql = environment.getMethod("executeSql", String.class);
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            throw new IllegalArgumentException("one argument expected: the file with the statements");
        }
        String script = new String(Files.readAllBytes(Paths.get(args[0])), StandardCharsets.UTF_8);
        SqlRunner runner = new SqlRunner();
        int number = 0;
        for (String statement : script.split("\u001e")) {
            number++;
            try {
                runner.run(statement);
            } catch (InvocationTargetException e) {
                throw new StatementException(number, e.getCause());
            }
        }
    }

    private void run(String statement) throws ReflectiveOperationException {
        Matcher set = SET.matcher(statement.trim());
        if (!set.matches()) {
            executeSql.invoke(tables, statement); // an INSERT starts its job and does not wait for it
            return;
        }
        Object config = tables.getClass().getMethod("getConfig").invoke(tables);
        config.getClass()
                .getMethod("set", String.class, String.class)
                .invoke(config, set.group(1).replace("''", "'"), set.group(2).replace("''", "'"));
    }
}
