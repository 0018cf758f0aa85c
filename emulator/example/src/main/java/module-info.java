/// A user of vemmio: a simulator and a handler small enough to read at a glance, and tests of failure policies.
module org.vemmio.example {
    requires org.vemmio.emulator;

    provides org.vemmio.emulator.handler.TrapHandlerProvider with org.vemmio.example.MovOnlyProvider;

    // What the tests, which become part of this module, read.
    requires static org.assertj.core;
    requires static org.jspecify;
    requires static org.junit.jupiter.api;
    requires static org.junit.jupiter.params;
}
