package org.vemmio.emulator.instruction;

import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.testing.HandmadeTrap;

/// Forms of executed mnemonics that cannot have touched the device, or are not executed.
class RefusedFormsTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "01c8", "05 78563412", "83c001", "39c8", "84c0", "a8 01", "ffc0", "f7d8", "660f38f6c1", "f30f38f6c1",
        "f7e1", "f7e9", "0fafc1", "6bc105", "f7f1", "f7f9", "c4e263f6c9",
        "91", "87c8", "0fc1c8", "0fb1c8", "0f44c1", "0f94c0", "89c8", "8cd8", "0fb6c0",
        "0f28ca", "f20f10ca", "660f6ec8", "0f6ec8", "f30f7eca", "0f16ca", "660fc4c801", "660fc5c101", "660f3a21ca00",
        "660f3830ca", "0fdbca", "660f3817ca", "c4e27918ca", "c4e37d19ca01", "62f27d487cc8", "62f17c4910ca", "c5f892c8"})
    void registersAlone(String code) {
        assertRefused(code, "no-memory-operand");
    }

    @ParameterizedTest
    @ValueSource(strings = {"50", "4157", "6a01", "68 78563412", "0fa0", "58", "0fa1", "8fc0", "fff0", "8e1f"})
    void memoryThatIsNotServed(String code) {
        assertRefused(code, "unsupported-instruction");
    }

    private static void assertRefused(String code, String reason) {
        assertThat(HandmadeTrap.of(code).with("rdi", DEVICE).run()).hasCheck(reason).changedNothing()
                .accesses().areNone();
    }
}
