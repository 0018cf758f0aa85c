package org.vemmio.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TinySimulatorTest {
    @Test
    void aProgramTalksToTheSerialPort() {
        // mov byte [rdi], 'H'; test byte [rdi+5], 0x20; mov eax, [rdi+5]; mov byte [rdi], 'i'
        assertThat(TinySimulator.run("c60748" + "f6470520" + "8b4705" + "c60769")).isEqualTo("Hi");
    }

    @Test
    void anInstructionThatIsNotExecutedIsTold() {
        assertThatThrownBy(() -> TinySimulator.run("dd07")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not supported").hasMessageContaining("fld");
    }
}
