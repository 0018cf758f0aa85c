/** What becomes of an instruction that touched a device and trapped. */
module org.vemmio.emulator {
    requires transitive org.vemmio.decoder;
    requires com.google.common;
    requires info.picocli;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;

    requires static org.assertj.core;
    requires static org.jspecify;
    requires static org.junit.jupiter.params;

    opens org.vemmio.emulator.cli to info.picocli;
}
