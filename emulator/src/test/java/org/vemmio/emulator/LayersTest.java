package org.vemmio.emulator;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The floors of the emulator: imports go down only, and what reads files or arguments stays apart from the library.
@AnalyzeClasses(packages = "org.vemmio.emulator", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
    private static final String ROOT = "org.vemmio.emulator.";

    /// From the top; rooms on one floor do not know each other.
    private static final List<List<String>> FLOORS = List.of(
            List.of("cli"),
            List.of("testing", "importing", "scenario.file", "scenario.run"),
            List.of("scenario", "recording.capture"),
            List.of("recording.file", "recording.replay"),
            List.of("recording"),
            List.of("hex", "survey"),
            List.of("engine"),
            List.of("kernel"),
            List.of("policy.yaml"),
            List.of("policy"),
            List.of("handler.architectural", "handler.linux"),
            List.of("handler"),
            List.of("instruction"),
            List.of("operation"),
            List.of("outcome"),
            List.of("device", "memory"),
            List.of("cpu"),
            List.of("yaml", "elf"),
            List.of("input", "bytes"));

    private static final Pattern NESTED =
            Pattern.compile("(?m)^ ++(?!private )[a-z -]*?(?:class|record|(?<!@)interface|enum) ([A-Z]\\w*)");

    private static final Pattern TEXT_BLOCK = Pattern.compile("(?s)\"\"\".*?\"\"\"");

    private static final int MOST_PARAMETERS = 5;
    private static final int MOST_LINES = 400;

    private static final Pattern PACKAGE = Pattern.compile("(?m)^package org\\.vemmio\\.emulator\\.([a-z.]+);");
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import (?:static )?org\\.vemmio\\.emulator\\.([a-z]+(?:\\.[a-z]+)*)\\.[A-Z].*;");

    private static int floor(JavaClass type) {
        return floor(type.getPackageName().substring(ROOT.length()));
    }

    private static int floor(String room) {
        for (int floor = 0; floor < FLOORS.size(); floor++) {
            if (FLOORS.get(floor).contains(room)) {
                return floor;
            }
        }
        throw new AssertionError("the package " + room + " is on no floor");
    }

    @ArchTest
    static final ArchRule IMPORTS_GO_DOWN = ArchRuleDefinition.classes().should(
            new ArchCondition<>("know only what is in their room or on a lower floor") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                        JavaClass target = dependency.getTargetClass().getBaseComponentType();
                        if (target.getPackageName().startsWith(ROOT)
                                && !target.getPackageName().equals(type.getPackageName())
                                && floor(target) <= floor(type)) {
                            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                        }
                    }
                }
            });

    @ArchTest
    static final ArchRule NO_CIRCLES = slices().matching(ROOT + "(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_LIBRARY_NEEDS_NO_JSON_AND_NO_ARGUMENTS = ArchRuleDefinition.noClasses()
            .that().resideOutsideOfPackages(ROOT + "cli..", ROOT + "recording.file..")
            .should().dependOnClassesThat().resideInAnyPackage("tools.jackson..", "picocli..");

    @ArchTest
    static final ArchRule ONLY_THE_YAML_ROOM_READS_YAML = ArchRuleDefinition.noClasses()
            .that().resideOutsideOfPackage(ROOT + "yaml..")
            .should().dependOnClassesThat().resideInAnyPackage("org.snakeyaml..", "tools.jackson.dataformat..");

    @ArchTest
    static final ArchRule ONLY_THE_KIT_NEEDS_WHAT_TESTS_NEED = ArchRuleDefinition.noClasses()
            .that().resideOutsideOfPackage(ROOT + "testing..")
            .should().dependOnClassesThat().resideInAnyPackage("org.junit..", "org.assertj..");

    @ArchTest
    static final ArchRule THE_LIBRARY_NEEDS_NO_CONSOLE_AND_NO_CLOCK = ArchRuleDefinition.noClasses()
            .that().resideOutsideOfPackages(ROOT + "cli..", ROOT + "recording.file..")
            .should().accessField(System.class, "out").orShould().accessField(System.class, "err")
            .orShould().callMethod(System.class, "currentTimeMillis").orShould().callMethod(System.class, "nanoTime")
            .orShould().dependOnClassesThat().resideInAnyPackage("java.time..");

    @ArchTest
    static final ArchRule NO_METHOD_TAKES_MORE_THAN_FIVE_PARAMETERS = ArchRuleDefinition.codeUnits().should(
            new ArchCondition<>("take " + MOST_PARAMETERS + " parameters at the most, constructors of records apart") {
                @Override
                public void check(JavaCodeUnit method, ConditionEvents events) {
                    boolean written = !method.getModifiers().contains(JavaModifier.SYNTHETIC)
                            && !(method instanceof JavaConstructor && method.getOwner().isRecord());
                    if (written && method.getParameters().size() > MOST_PARAMETERS) {
                        events.add(SimpleConditionEvent.violated(method, method.getDescription()));
                    }
                }
            });

    /// The hand-written sources of all modules, from the folder of this one.
    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : List.of("../native/src", "../decoder/src", "src", "benchmark/src", "example/src")) {
            try (Stream<Path> files = Files.walk(Path.of(module))) {
                files.filter(file -> file.getFileName().toString().matches("[A-Z]\\w*\\.java")).forEach(sources::add);
            }
        }
        return sources;
    }

    /// What is only a constant of another class, or in its Javadoc, leaves no trace in the compiled code.
    @Test
    void importsGoDownInTheSourcesToo() throws IOException {
        for (Path source : sources()) {
            if (source.startsWith("src/main")) {
                String text = Files.readString(source);
                String room = PACKAGE.matcher(text).results().findFirst().orElseThrow().group(1);
                IMPORT.matcher(text).results().filter(imported -> !imported.group(1).equals(room))
                        .forEach(imported -> assertThat(floor(imported.group(1)))
                                .as("the floor of what %s imports: %s", source, imported.group())
                                .isGreaterThan(floor(room)));
            }
        }
    }

    @Test
    void givesNoTwoClassesOneName() throws IOException {
        Map<String, Path> names = new TreeMap<>();
        for (Path source : sources()) {
            Path other = names.put(source.getFileName().toString().replace(".java", ""), source);
            assertThat(other).as("the class that is called as %s is", source).isNull();
        }
        for (Path source : sources()) {
            String code = TEXT_BLOCK.matcher(Files.readString(source)).replaceAll("");
            List<String> nested = NESTED.matcher(code).results().map(match -> match.group(1)).toList();
            assertThat(nested).as("nested in %s, and called as a class with a file of its own", source)
                    .doesNotContainAnyElementsOf(names.keySet());
        }
    }

    @Test
    void keepsEveryFileWithinFourHundredLines() throws IOException {
        for (Path source : sources()) {
            if (!Files.readString(source).contains("Generated by jextract")) {
                assertThat(Files.readAllLines(source)).as("%s", source).hasSizeLessThanOrEqualTo(MOST_LINES);
            }
        }
    }
}
