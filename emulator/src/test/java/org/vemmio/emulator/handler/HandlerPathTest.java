package org.vemmio.emulator.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.yaml.PolicyFile;
import org.vemmio.emulator.policy.yaml.PolicyFileException;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// Handlers in jars that vemmio does not know.
class HandlerPathTest {
    private static final String POLICY = "rules: [{when: any, then: {recover: {handler: moves}}}]";

    private static final String NONE = "no TrapHandlerProvider in it; a module has 'provides SERVICE with …' in its"
            + " module-info.java, another jar names its provider in META-INF/services/SERVICE";

    /// A module can require the one of vemmio only where there is one.
    private static void assumeModules() {
        assumeThat(TrapHandlers.class.getModule().isNamed()).as("vemmio is on the module path").isTrue();
    }

    private static void followThoseInstalled(Path jar) {
        TrapHandlers handlers = TrapHandlers.on(List.of(jar));
        assertThat(handlers.names()).containsExactlyElementsOf(Stream.concat(
                TrapHandlers.installed().names().stream(), Stream.of("moves", "moves-1", "moves-2")).toList());
        assertThat(handlers.get("moves").name()).isEqualTo("moves-2");
        assertThat(TrapHandlers.installed().names()).doesNotContain("moves");
        ModuleLayer layer = handlers.get("moves").getClass().getModule().getLayer();
        assertThat(layer).isNotSameAs(TrapHandlers.class.getModule().getLayer()).isNotSameAs(ModuleLayer.boot());
    }

    @Test
    void handlersOfAModuleFollowThoseInstalled(@TempDir Path folder) throws IOException {
        assumeModules();
        followThoseInstalled(HandlerJar.modular(folder).make());
    }

    @Test
    void handlersOfAnotherJarFollowThoseInstalled(@TempDir Path folder) throws IOException {
        followThoseInstalled(HandlerJar.plain(folder).make());
    }

    @Test
    void aFolderOfJarsIsAsGoodAsAJar(@TempDir Path folder) throws IOException {
        HandlerJar.plain(Files.createDirectory(folder.resolve("a"))).make();
        followThoseInstalled(folder.resolve("a"));
    }

    @Test
    void aHandlerOfAJarDealsWithTraps(@TempDir Path folder) throws IOException {
        TrapHandler moves = TrapHandlers.on(List.of(HandlerJar.plain(folder).make())).get("moves-1");
        TrapRun load =
                HandmadeTrap.of("8b07").with("rdi", DEVICE).answers(0xcafe).run(MmioEngine.builder().handler(moves));
        assertThat(load).isEmulated().hasRegister("rax", 0xcafe);
        assertThat(((Outcome.Emulated) load.outcome()).handler()).as("also where another handler has admitted it")
                .isEqualTo("moves-1");
        assertThat(HandmadeTrap.of("66ab").with("rdi", DEVICE).run(MmioEngine.builder().handler(moves)))
                .isPropagated().hasCheck("no-mov").failure().isFrom("moves-1");
    }

    @Test
    void aPolicyFileRecoversByAHandlerOfAJar(@TempDir Path folder) throws IOException {
        TrapHandlers handlers = TrapHandlers.on(List.of(HandlerJar.plain(folder).make()));
        FailurePolicy policy = PolicyFile.parse("p.yaml", POLICY, handlers);
        MmioEngine.Builder engine =
                MmioEngine.builder().handler(TrapHandlers.named("linux-tdx")).handlers(handlers).policy(policy);
        assertThat(HandmadeTrap.of("8b07").with("rdi", 0x10_0000).at(0x10_0000, DEVICE_GPA).answers(0xcafe).run(engine))
                .isRecoveredBy("moves-2").hasCheck("user-address").hasRegister("rax", 0xcafe);
        assertThat(HandmadeTrap.of("66ab").with("rdi", DEVICE).run(engine)).isPropagated().failure()
                .isFrom("linux-tdx-6.12").hasDetail("stosw; moves-2: not a mov: stosw");
    }

    @Test
    void whoIsNotToldOfAHandlerDoesNotKnowIt(@TempDir Path folder) throws IOException {
        FailurePolicy policy = PolicyFile.parse("p.yaml", POLICY,
                TrapHandlers.on(List.of(HandlerJar.plain(folder).make())));
        assertThatThrownBy(() -> HandmadeTrap.of("8b07").run(MmioEngine.builder().policy(policy)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("no handler 'moves'; there are ");
        assertThatThrownBy(() -> PolicyFile.parse("p.yaml", POLICY)).isInstanceOf(PolicyFileException.class)
                .hasMessageStartingWith("p.yaml:1:").hasMessageContaining(": no handler 'moves'; there are ");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiterString = " | ", quoteCharacter = '~', value = {
        "\"moves\" | \"\" | the provider PROVIDER gives the name ''; NAMES",
        "\"moves\" | \"Moves\" | the provider PROVIDER gives the name 'Moves'; NAMES",
        "\"moves-2\" | \"moves/2\" | the provider PROVIDER gives the name 'moves/2'; NAMES",
        "\"moves-1\" | \"linux-tdx-6.1\" | two handlers are called 'linux-tdx-6.1', of which one is that of PROVIDER",
        "\"moves-2\" | \"moves-1\" | two handlers are called 'moves-1', of which one is that of PROVIDER",
        "\"moves-1\" | \"moves\" | two handlers are called 'moves', of which one is that of PROVIDER",
        "new MovesHandler(\"moves-1\"), new MovesHandler(\"moves-2\") | ~~ | the provider PROVIDER brings no handler",
        "return List.of( | if (true) throw new LinkageError(\"old\"); return List.of( |"
            + " the provider PROVIDER fails: java.lang.LinkageError: old",
        "MovesProvider() { | MovesProvider() { if (true) throw new IllegalStateException(\"no luck\"); |"
            + " NOT HAD: Provider PROVIDER could not be instantiated: java.lang.IllegalStateException: no luck",
        "public MovesProvider | private MovesProvider | NOT HAD: PROVIDER Unable to get public no-arg constructor:"
            + " java.lang.NoSuchMethodException: PROVIDER.<init>()",
        "org.example.moves.MovesProvider | org.example.moves.MovesHandler |"
            + " NOT HAD: class org.example.moves.MovesHandler is not public",
        "class MovesProvider implements TrapHandlerProvider { | class MovesProvider implements Odd { |"
            + " NOT HAD: PROVIDER not a subtype",
        "org.example.moves.MovesProvider | org.example.moves.Absent |"
            + " NOT HAD: Provider org.example.moves.Absent not found"})
    void aProviderThatIsWrongIsToldInOneLine(String text, String instead, String problem, @TempDir Path folder)
            throws IOException {
        Path jar = HandlerJar.plain(folder)
                .with("record", "interface Odd { String name(); String description(); List<TrapHandler> handlers(); }"
                        + " record")
                .with(text, instead).make();
        assertProblem(jar, problem);
    }

    @Test
    void aJarWithoutAProviderIsTold(@TempDir Path folder) throws IOException {
        assertProblem(HandlerJar.plain(folder).withoutServices().make(), NONE);
        assertProblem(Files.createDirectory(folder.resolve("empty")), NONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "absent.jar | there is no such file",
        "text.txt   | neither a jar, whose name ends in .jar, nor a folder of jars or of a module",
        "text.jar   | not a jar that can be read: Error reading FILE: java.util.zip.ZipException:"
            + " zip END header not found"})
    void whatIsNoJarIsTold(String name, String problem, @TempDir Path folder) throws IOException {
        Path file = folder.resolve(name);
        if (name.startsWith("text")) {
            Files.writeString(file, "text");
        }
        assertProblem(file, problem.replace("FILE", file.toString()));
    }

    @Test
    void aModuleThatIsMissingIsTold(@TempDir Path folder) throws IOException {
        assumeModules();
        Path jar = HandlerJar.modular(folder).requiring("org.example.absent").make();
        assertProblem(jar, "the module org.example.absent, which org.example.moves requires, is neither on the"
                + " handler path nor one that vemmio runs with");
    }

    @Test
    void packagesThatCollideAreTold(@TempDir Path folder) throws IOException {
        Path jar = HandlerJar.plain(folder).make();
        Path copy = Files.copy(jar, folder.resolve("copy.jar"));
        assertThatThrownBy(() -> TrapHandlers.on(List.of(jar, copy))).isInstanceOf(HandlerPathException.class)
                .hasMessageStartingWith(jar + File.pathSeparator + copy + ": ")
                .hasMessageContaining("org.example.moves")
                .message().doesNotContain("\n");
    }

    private static void assertProblem(Path jar, String problem) {
        assertThatThrownBy(() -> TrapHandlers.on(List.of(jar))).isInstanceOf(HandlerPathException.class)
                .hasMessage(jar + ": " + problem.replace("NOT HAD", "a provider cannot be had")
                        .replace("PROVIDER", "org.example.moves.MovesProvider")
                        .replace("SERVICE", "org.vemmio.emulator.handler.TrapHandlerProvider").replace("NAMES",
                        "a name has lower-case letters, digits, '.' and '-', and begins with a letter"));
    }
}
