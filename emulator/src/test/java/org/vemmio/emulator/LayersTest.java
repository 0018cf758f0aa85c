package org.vemmio.emulator;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

/// The floors of the emulator: imports go down only, and what reads files stays apart from the library.
@AnalyzeClasses(packages = "org.vemmio.emulator", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
    private static final String ROOT = "org.vemmio.emulator.";

    @ArchTest
    static final ArchRule IMPORTS_GO_DOWN = layeredArchitecture().consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("top").definedBy(ROOT + "cli..", ROOT + "testing..", ROOT + "confidential..")
            .layer("recording").definedBy(ROOT + "recording..", ROOT + "hex..")
            .layer("engine").definedBy(ROOT + "engine..")
            .layer("kernel").definedBy(ROOT + "kernel..")
            .layer("handler and policy").definedBy(ROOT + "handler..", ROOT + "policy..")
            .layer("operation").definedBy(ROOT + "operation..")
            .layer("outcome").definedBy(ROOT + "outcome..")
            .layer("bottom").definedBy(ROOT + "cpu..", ROOT + "memory..", ROOT + "device..", ROOT + "yaml..",
                    ROOT + "input..")
            .whereLayer("top").mayNotBeAccessedByAnyLayer()
            .whereLayer("recording").mayOnlyBeAccessedByLayers("top")
            .whereLayer("engine").mayOnlyBeAccessedByLayers("top", "recording")
            .whereLayer("kernel").mayOnlyBeAccessedByLayers("top", "recording", "engine")
            .whereLayer("handler and policy").mayOnlyBeAccessedByLayers("top", "recording", "engine", "kernel")
            .whereLayer("operation").mayOnlyBeAccessedByLayers("top", "recording", "engine", "kernel",
                    "handler and policy")
            .whereLayer("outcome").mayOnlyAccessLayers("bottom")
            .whereLayer("bottom").mayNotAccessAnyLayer()
            .ensureAllClassesAreContainedInArchitecture();

    @ArchTest
    static final ArchRule NO_CIRCLES = slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_LIBRARY_NEEDS_NO_JSON_AND_NO_ARGUMENTS = ArchRuleDefinition.noClasses()
            .that().resideOutsideOfPackages(ROOT + "cli..", ROOT + "recording..", ROOT + "confidential..",
                    ROOT + "policy.yaml..", ROOT + "testing..", ROOT + "yaml..")
            .should().dependOnClassesThat().resideInAnyPackage("tools.jackson..", "picocli..");

    @ArchTest
    static final ArchRule ONLY_THE_KIT_NEEDS_WHAT_TESTS_NEED = ArchRuleDefinition.noClasses()
            .that().resideOutsideOfPackage(ROOT + "testing..")
            .should().dependOnClassesThat().resideInAnyPackage("org.junit..", "org.assertj..");

    @ArchTest
    static final ArchRule THE_LIBRARY_NEEDS_NO_CONSOLE_AND_NO_CLOCK = ArchRuleDefinition.noClasses()
            .that().resideOutsideOfPackages(ROOT + "cli..", ROOT + "recording..")
            .should().accessField(System.class, "out").orShould().accessField(System.class, "err")
            .orShould().callMethod(System.class, "currentTimeMillis").orShould().callMethod(System.class, "nanoTime")
            .orShould().dependOnClassesThat().resideInAnyPackage("java.time..");
}
