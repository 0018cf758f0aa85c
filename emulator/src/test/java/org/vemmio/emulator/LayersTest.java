package org.vemmio.emulator;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;

/// The floors of the emulator: imports go down only, and what reads files or arguments stays apart from the library.
@AnalyzeClasses(packages = "org.vemmio.emulator", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
    private static final String ROOT = "org.vemmio.emulator.";

    /// From the top; rooms on one floor do not know each other.
    private static final List<List<String>> FLOORS = List.of(
            List.of("cli"),
            List.of("testing", "scenario.file", "scenario.run"),
            List.of("scenario"),
            List.of("recording.file", "recording.replay"),
            List.of("recording"),
            List.of("hex", "survey"),
            List.of("engine"),
            List.of("kernel"),
            List.of("policy.yaml"),
            List.of("policy"),
            List.of("handler"),
            List.of("instruction"),
            List.of("operation"),
            List.of("outcome"),
            List.of("device", "memory"),
            List.of("cpu"),
            List.of("yaml", "elf"),
            List.of("input", "bytes"));

    private static int floor(JavaClass type) {
        String room = type.getPackageName().substring(ROOT.length());
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
            .that().resideOutsideOfPackages(ROOT + "cli..", ROOT + "recording.file..", ROOT + "yaml..")
            .should().dependOnClassesThat().resideInAnyPackage("tools.jackson..", "picocli..");

    @ArchTest
    static final ArchRule ONLY_THE_YAML_ROOM_READS_YAML = ArchRuleDefinition.noClasses()
            .that().resideOutsideOfPackage(ROOT + "yaml..")
            .should().dependOnClassesThat().resideInAnyPackage("org.snakeyaml..");

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
}
