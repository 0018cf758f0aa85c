package org.vemmio.emulator.recording.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.recording.replay.Replays.assertAgreed;
import static org.vemmio.emulator.recording.replay.Replays.builder;
import static org.vemmio.emulator.recording.replay.Replays.replay;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TestTraps;

/// What a line lists as assumed is not compared, and is counted.
class JudgedAssumptionTest {
    /// Two elements are stored, of which the second is told wrongly.
    private static RecordedTrap stores(String second, String assumed) {
        return TestTraps.of("""
                {'rip':'0x1000','code':'f366ab','regs':{'rax':'0x720','rcx':'0x2','rdi':'0x2000'},\
                'gla':'0x2000','gpa':'0x9000','mmio':[{'op':'w','gpa':'0x9000','size':2,'value':'0x720'},%s],\
                'assumed':[%s]}""".formatted(second, assumed));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'op':'w','gpa':'0x9002','size':2,'value':'0x721'} | 'mmio[1].value'
            {'op':'w','gpa':'0x9004','size':2,'value':'0x720'} | 'mmio[1].gpa'
            {'op':'w','gpa':'0x9004','size':2,'value':'0x721'} | 'regs.rdi','mmio[1].value','mmio[1].gpa'
            """)
    void doesNotCompareWhatIsAssumedOfAnAccess(String second, String assumed) {
        assertAgreed(replay(stores(second, assumed), "architectural"));
        assertThat(replay(stores(second, ""), "architectural").verdict()).isEqualTo(Verdict.DISAGREED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'op':'w','gpa':'0x9002','size':2,'value':'0x721'} | 'mmio[0].value','mmio[1].gpa'
            {'op':'w','gpa':'0x9004','size':2,'value':'0x720'} | 'mmio[1].value'
            {'op':'w','gpa':'0x9002','size':4,'value':'0x720'} | 'mmio[1].value','mmio[1].gpa'
            {'op':'r','gpa':'0x9002','size':2,'value':'0x720'} | 'mmio[1].value','mmio[1].gpa'
            """)
    void comparesTheRest(String second, String assumed) {
        assertThat(replay(stores(second, assumed), "architectural").verdict()).isEqualTo(Verdict.DISAGREED);
    }

    @Test
    void countsTheTrapsThatRestOnAnAssumption() {
        ReplaySummary summary = new ReplaySummary(0);
        String second = "{'op':'w','gpa':'0x9002','size':2,'value':'0x720'}";
        try (Replay replay = builder("linux-tdx", "propagate").build()) {
            summary.add(replay.replay(stores(second, "'regs.rdi','mmio[0].value','mmio[1].value','code[3:]'")));
            summary.add(replay.replay(stores(second, "'regs.rdi'")));
            summary.add(replay.replay(stores(second, "")));
        }
        assertThat(summary.assumed()).hasToString(
                "{code[]=%1$s, mmio[].value=%1$s, regs.rdi=%2$s}".formatted(new ReplaySummary.Tally(0, 0, 1),
                        new ReplaySummary.Tally(0, 0, 2)));
    }
}
