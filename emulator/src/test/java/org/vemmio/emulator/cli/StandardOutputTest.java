package org.vemmio.emulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardOutputTest {
    @Test
    void whatIsPrintedArrives() {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        StandardOutput output = new StandardOutput(target);
        PrintWriter out = new PrintWriter(output.writer(StandardCharsets.UTF_8));
        out.print("a…b");
        out.flush();
        assertThat(target.toString(StandardCharsets.UTF_8)).isEqualTo("a…b");
        assertThat(output.problem()).isEmpty();
        assertThat(out.checkError()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"No space left on device, No space left on device", "Broken pipe, ''"})
    void aProblemIsKeptUnlessNobodyReadsAnyMore(String message, String problem) {
        StandardOutput output = new StandardOutput(new OutputStream() {
            private boolean failed;

            @Override
            public void write(int value) throws IOException {
                if (failed) {
                    throw new IOException("written to again");
                }
                failed = true;
                throw new IOException(message);
            }
        });
        PrintWriter out = new PrintWriter(output.writer(StandardCharsets.UTF_8));
        out.print("one");
        out.flush();
        out.print("two");
        out.flush();
        assertThat(output.problem()).isEqualTo(problem);
        assertThat(out.checkError()).isTrue();
    }
}
