package autostream.agent;

import java.lang.reflect.Constructor;
import java.util.List;

/**
 * A context of Log4j 2, by reflection. Its static Configurator would change the context of the calling thread's class loader,
 * which is not the one that Flink logs to: the configuration of each context is edited instead.
 */
final class Log4j implements Backend {
    static final String CONTEXT = "org.apache.logging.log4j.core.LoggerContext";

    private final Object context;
    private final Object configuration;
    private final Class<?> level;
    private final Class<?> logger;

    private Log4j(ClassLoader loader, Object context) throws ReflectiveOperationException {
        this.context = context;
        configuration = context.getClass().getMethod("getConfiguration").invoke(context);
        level = Class.forName("org.apache.logging.log4j.Level", true, loader);
        logger = Class.forName("org.apache.logging.log4j.core.config.LoggerConfig", true, loader);
    }

    /** Adds the contexts of one copy of the library. */
    static void addAll(ClassLoader loader, List<Backend> to) throws ReflectiveOperationException {
        Object factory = Class.forName("org.apache.logging.log4j.LogManager", true, loader).getMethod("getFactory").invoke(null);
        Class<?> type = Class.forName("org.apache.logging.log4j.core.impl.Log4jContextFactory", true, loader);
        if (!type.isInstance(factory)) {
            return;
        }
        Object selector = type.getMethod("getSelector").invoke(factory);
        Class<?> selecting = Class.forName("org.apache.logging.log4j.core.selector.ContextSelector", true, loader);
        for (Object context : (List<?>) selecting.getMethod("getLoggerContexts").invoke(selector)) {
            to.add(new Log4j(loader, context));
        }
    }

    @Override
    public Object configuration() {
        return configuration;
    }

    /** The configuration of a logger, or of the nearest one above it that has any. */
    private Object nearest(String name) throws ReflectiveOperationException {
        return configuration("getLoggerConfig", String.class, inLog4j(name));
    }

    private boolean own(Object found, String name) throws ReflectiveOperationException {
        return logger.getMethod("getName").invoke(found).equals(inLog4j(name));
    }

    private static String inLog4j(String name) {
        return name.equals("root") ? "" : name;
    }

    private Object configuration(String method, Class<?> type, Object argument) throws ReflectiveOperationException {
        Class<?> configuring = Class.forName("org.apache.logging.log4j.core.config.Configuration", true, logger.getClassLoader());
        return configuring.getMethod(method, type).invoke(configuration, argument);
    }

    @Override
    public String levelOf(String name) throws ReflectiveOperationException {
        return logger.getMethod("getLevel").invoke(nearest(name)).toString();
    }

    @Override
    public Runnable undo(String name) throws ReflectiveOperationException {
        Object found = nearest(name);
        if (!own(found, name)) {
            return () -> quietly(() -> {
                configuration("removeLogger", String.class, inLog4j(name));
                update();
            });
        }
        Object before = explicit(found);
        return () -> quietly(() -> {
            logger.getMethod("setLevel", level).invoke(found, before);
            update();
        });
    }

    /** The level that is written for a logger; null when it inherits one. */
    private Object explicit(Object found) throws ReflectiveOperationException {
        try {
            return logger.getMethod("getExplicitLevel").invoke(found);
        } catch (NoSuchMethodException e) { // before 2.17.2
            return logger.getMethod("getLevel").invoke(found);
        }
    }

    @Override
    public void change(String name, String to) throws ReflectiveOperationException {
        Object wanted = level.getMethod("valueOf", String.class).invoke(null, to);
        Object found = nearest(name);
        if (own(found, name)) {
            logger.getMethod("setLevel", level).invoke(found, wanted);
        } else {
            Constructor<?> made = logger.getConstructor(String.class, level, boolean.class);
            Class<?> configuring = Class.forName("org.apache.logging.log4j.core.config.Configuration", true, logger.getClassLoader());
            configuring
                    .getMethod("addLogger", String.class, logger)
                    .invoke(configuration, inLog4j(name), made.newInstance(inLog4j(name), wanted, true));
        }
        update();
    }

    private void update() throws ReflectiveOperationException {
        context.getClass().getMethod("updateLoggers").invoke(context);
    }

    /** A step of reflection. */
    interface Step {
        void run() throws ReflectiveOperationException;
    }

    /** Takes a step whatever becomes of it: what else is to be changed back must not wait for it. */
    static void quietly(Step step) {
        try {
            step.run();
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.setProperty("autostream.agent.problem", e.toString());
        }
    }
}
