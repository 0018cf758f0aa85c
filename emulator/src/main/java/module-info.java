/// What becomes of an instruction that touched a device and trapped.
module org.vemmio.emulator {
    requires transitive org.vemmio.decoder;
    requires com.google.common;
    requires info.picocli;
    requires org.snakeyaml.engine;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    requires static org.assertj.core;
    requires static org.jspecify;
    requires static org.junit.jupiter.params;

    exports org.vemmio.emulator.bytes;
    exports org.vemmio.emulator.cpu;
    exports org.vemmio.emulator.device;
    exports org.vemmio.emulator.engine;
    exports org.vemmio.emulator.elf;
    exports org.vemmio.emulator.handler;
    exports org.vemmio.emulator.handler.architectural;
    exports org.vemmio.emulator.handler.linux;
    exports org.vemmio.emulator.importing;
    exports org.vemmio.emulator.input;
    exports org.vemmio.emulator.instruction;
    exports org.vemmio.emulator.kernel;
    exports org.vemmio.emulator.memory;
    exports org.vemmio.emulator.operation;
    exports org.vemmio.emulator.outcome;
    exports org.vemmio.emulator.policy;
    exports org.vemmio.emulator.policy.yaml;
    exports org.vemmio.emulator.recording;
    exports org.vemmio.emulator.recording.capture;
    exports org.vemmio.emulator.recording.file;
    exports org.vemmio.emulator.recording.replay;
    exports org.vemmio.emulator.scenario;
    exports org.vemmio.emulator.scenario.file;
    exports org.vemmio.emulator.scenario.run;
    exports org.vemmio.emulator.survey;
    exports org.vemmio.emulator.testing;

    uses org.vemmio.emulator.handler.TrapHandlerProvider;
    provides org.vemmio.emulator.handler.TrapHandlerProvider with
            org.vemmio.emulator.handler.architectural.ArchitecturalProvider,
            org.vemmio.emulator.handler.linux.LinuxTdxProvider,
            org.vemmio.emulator.handler.linux.LinuxSevProvider;

    uses org.vemmio.emulator.importing.TrapImporter;
    provides org.vemmio.emulator.importing.TrapImporter with
            org.vemmio.emulator.importing.DumpImporter,
            org.vemmio.emulator.importing.KvmTraceImporter,
            org.vemmio.emulator.importing.MmiotraceImporter;

    opens org.vemmio.emulator.cli to info.picocli;
    opens org.vemmio.emulator.testing to org.junit.platform.commons;
}
