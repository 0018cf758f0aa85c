package org.vemmio.emulator.handler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/// A jar made for a test, at first of the module in `src/test/resources/org.example.moves`: its handlers are `moves-1`
/// and `moves-2`, which do `mov` alone.
public final class HandlerJar {
    private static final Path SOURCES = Path.of("src/test/resources/org.example.moves");
    private static final Path PROVIDER = Path.of("org/example/moves/MovesProvider.java");
    private static final Path SERVICES = Path.of("META-INF/services/org.vemmio.emulator.handler.TrapHandlerProvider");

    private static final String MODULE = """
            module org.example.moves {
                requires org.vemmio.emulator;
                provides org.vemmio.emulator.handler.TrapHandlerProvider with org.example.moves.MovesProvider;
            }
            """;

    private static final String MODULE_PATH = System.getProperty("jdk.module.path", "");
    private static final String CLASS_PATH =
            MODULE_PATH + File.pathSeparator + System.getProperty("java.class.path");

    private final Path folder;
    private final Path sources;
    private final Path required;

    private HandlerJar(Path folder) throws IOException {
        this.folder = folder;
        this.sources = folder.resolve("sources");
        this.required = folder.resolve("required");
        write(PROVIDER, Files.readString(SOURCES.resolve(PROVIDER)));
    }

    /// Returns a jar that names its provider in META-INF/services.
    ///
    /// @param folder empty
    public static HandlerJar plain(Path folder) throws IOException {
        HandlerJar jar = new HandlerJar(folder);
        jar.write(SERVICES, Files.readString(SOURCES.resolve(SERVICES)));
        return jar;
    }

    /// Returns a jar that names its provider in its module-info.
    ///
    /// @param folder empty
    public static HandlerJar modular(Path folder) throws IOException {
        HandlerJar jar = new HandlerJar(folder);
        jar.write(Path.of("module-info.java"), MODULE);
        return jar;
    }

    /// Changes the source of the provider, or the file that names it.
    public HandlerJar with(String text, String instead) throws IOException {
        boolean found = false;
        for (Path file : files()) {
            String before = Files.readString(file);
            found |= before.contains(text);
            Files.writeString(file, before.replace(text, instead));
        }
        assertThat(found).as("the fixture has " + text).isTrue();
        return this;
    }

    /// Lets the module require another, which is there only while it is compiled.
    public HandlerJar requiring(String module) throws IOException {
        Path declaration = write(Path.of("../required/module-info.java"), "module " + module + " {\n}\n");
        run("javac", Stream.of("-d", required.toString(), declaration.toString()));
        return with("requires", "requires %s; requires".formatted(module));
    }

    /// Takes the file out that names the provider.
    public HandlerJar withoutServices() throws IOException {
        Files.delete(sources.resolve(SERVICES));
        return this;
    }

    private Path write(Path name, String text) throws IOException {
        Path file = sources.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.writeString(file, text);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(sources)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    /// Compiles the sources and packs the jar, called `moves.jar`.
    public Path make() throws IOException {
        Path classes = folder.resolve("classes");
        boolean modular = Files.exists(sources.resolve("module-info.java"));
        Stream<String> libraries = modular ? Stream.of("--module-path", MODULE_PATH + File.pathSeparator + required)
                : Stream.of("--class-path", CLASS_PATH);
        run("javac", Stream.concat(
                Stream.concat(libraries, Stream.of("-proc:none", "-d", classes.toString())),
                files().stream().map(Path::toString).filter(name -> name.endsWith(".java"))));
        Path services = sources.resolve("META-INF");
        Path jar = folder.resolve("moves.jar");
        run("jar", Stream.concat(Stream.of("--create", "--file", jar.toString(), "-C", classes.toString(), "."),
                Files.exists(services) ? Stream.of("-C", sources.toString(), "META-INF") : Stream.of()));
        return jar;
    }

    private static void run(String tool, Stream<String> arguments) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int code = ToolProvider.findFirst(tool).orElseThrow().run(out, out, arguments.toArray(String[]::new));
        assertThat(code).as(said.toString()).isZero();
    }
}
