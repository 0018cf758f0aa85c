package org.vemmio.emulator.cli;

import java.io.PrintWriter;
import java.util.Collections;
import java.util.concurrent.Callable;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.recording.TrapFilter;
import org.vemmio.emulator.recording.file.RecordingReader;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.ReplaySummary.Tally;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/// Replays recordings and tells what became of the traps.
final class ReplayCommand implements Callable<Integer> {
    static final String NAME = "replay";
    static final String ABOUT = "Replays recorded traps and tells what becomes of them: by outcome, failure, instruction"
            + " and device. Exits 1 if a trap disagrees with its recording.";

    private static final String FOOTER = """

                A trap agrees if every device access, and all else that the recording tells,
                comes out. Where the recording does not tell what must come out, a trap that
                the handler does not emulate counts as refused.
                """ + HandlerNames.HELP + """

                Policies:
                  own        what the handler does by itself; of architectural, propagate
                  linux-5.19, linux-6.1, linux-6.5, linux-6.12
                             what that kernel does: a warning where it has one, then the
                             way of a #GP: exception table, oops, signal
                  linux-sev  the guest asks its host to end it
                  bug        as linux-6.12, but BUG() for instructions not dealt with
                  paranoid   as linux-6.12, with panic_on_warn
                  recover    the architectural handler deals with the trap instead
                  propagate  nothing is done; the failure is the outcome

                A filter is a list of terms with commas between, all of which hold, such as
                mnemonic=movs*,device=vga-lowmem,mode=64,first=100
                  mnemonic=PATTERN   the instruction; * is any text, ? any character
                  device=PATTERN     the device's name; none where there is none
                  mode=BITS          16, 32 or 64
                  cpl=N              the privilege level, 0 to 3
                  gpa=RANGE          the guest-physical address, such as 0xa0000-0xbffff
                  gla=RANGE          the guest-linear address
                  rip=RANGE          the instruction pointer
                  line=RANGE         the line of the recording, whose header is line 1
                  bytes=HEX          what the instruction bytes begin with
                  per-instruction=N  no more than N traps with the same instruction bytes
                  first=N            no more than N traps, of all that the other terms take
                Alternatives have a slash between, as in mode=16/32; != excludes.

                The object of --json:
                  "vemmio": "replay", "version": 1, "handler", "oneKernel", "only"
                  "policy": its name; own unless --policy says otherwise
                  "traps", "agreed", "disagreed", "refused": how many
                  lists of objects with the same four counts, most traps first:
                    "recordings", each with "file", "title", "source"; in the order given
                    "outcomes", each with "outcome"
                    "failures", each with "failure"
                    "rules" of the policy that decided, each with "rule" and "text"
                    "endings" of the kernel's path, each with "ending"
                    "hazards", each with "hazard"
                    "instructions", each with "instruction"
                    "devices", each with "device"
                    "assumed", each with "key": what was not recorded but invented
                  "disagreements": the first ten, each with "file", "line", "mode", "rip",
                    "device", "bytes", "text" and "differences", a list of "in",
                    "expected" and "got\"""";

    private final OptionSpec handler = Declared.option("HANDLER", "Who deals with the traps, as listed below (default:"
            + " ${DEFAULT-VALUE}).", "--handler").defaultValue("architectural")
            .completionCandidates(new HandlerNames()).build();
    private final OptionSpec policy = Declared.option("POLICY", "What is done about the traps that the handler refuses:"
            + " a preset, as listed below, or a policy file (default: ${DEFAULT-VALUE}).", "--policy")
            .defaultValue("own").completionCandidates(new PolicyNames()).build();
    private final OptionSpec oneKernel = Declared.flag("Let one kernel of the guest see all traps, so that a warning"
            + " prints once and a panic is the end. Without it each trap meets a kernel that has just booted.",
            "--one-kernel").build();
    private final OptionSpec only = Declared.option("FILTER", "Replay only the traps that a filter takes, described"
            + " below.", "--only").build();
    private final OptionSpec json = Declared.flag("Print one JSON object, described below.", "--json").build();
    private final PositionalParamSpec files = Declared.parameters("FILE|-", "1..*", String.class,
            "Recordings, plain or compressed by gzip; - is standard input.");

    private final Main main;
    private final CommandSpec spec = Declared.command(NAME, this, ABOUT);
    private final HandlerOptions handlers = new HandlerOptions(spec);

    private ReplayCommand(Main main) {
        this.main = main;
        spec.usageMessage().footer(FOOTER);
        Declared.options(spec, handler, handlers.path(), policy, oneKernel, only, json);
        spec.addPositional(files);
    }

    static CommandSpec spec(Main main) {
        return new ReplayCommand(main).spec;
    }

    @Override
    public Integer call() {
        TrapHandler chosen = handlers.handler(handler.getValue());
        FailurePolicy rules = PolicyNames.policy(spec.commandLine(), policy.getValue(), handlers.handlers());
        String taken = only.getValue();
        TrapFilter filter = taken == null ? TrapFilter.all() : filter(taken);
        boolean one = Declared.isGiven(oneKernel);
        if (Collections.frequency(Declared.values(files), Input.DASH) > 1) {
            throw new ParameterException(spec.commandLine(), "standard input can be read only once");
        }
        MmioEngine.Builder engine =
                MmioEngine.builder().handler(chosen).handlers(handlers.handlers()).policy(rules);
        ReplayRun run = run(Replay.builder().engine(engine)
                .kernelScope(one ? Replay.KernelScope.RECORDING : Replay.KernelScope.TRAP), filter);
        Tally total = run.summary().total();
        if (taken != null && total.total() == 0) {
            throw new CommandException("--only takes none of the traps: " + taken);
        }
        ReplayReport report = new ReplayReport(chosen.name(), rules.name(), one, filter.toString(), run.files(),
                run.summary(), run.disagreements());
        PrintWriter out = spec.commandLine().getOut();
        if (Declared.isGiven(json)) {
            Json.write(out, "replay", 1, report::write);
        } else {
            report.print(out, main.terminal().colours());
        }
        return total.disagreed() == 0 ? Main.FINE : Main.CHECK_FAILED;
    }

    private TrapFilter filter(String text) {
        try {
            return TrapFilter.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), "--only, " + wrong.getMessage(), wrong);
        }
    }

    private ReplayRun run(Replay.Builder replay, TrapFilter filter) {
        Progress progress = new Progress(spec.commandLine().getErr(), main.terminal().progress());
        try (ReplayRun run = new ReplayRun(replay.build(), filter, progress)) {
            for (String file : Declared.<String>values(files)) {
                try (RecordingReader reader = open(file)) {
                    run.replay(file.equals(Input.DASH) ? Input.STANDARD : file, reader);
                }
            }
            return run;
        } finally {
            progress.clear();
        }
    }

    private static RecordingReader open(String file) {
        return file.equals(Input.DASH) ? RecordingReader.open(Input.STANDARD, System.in)
                : RecordingReader.open(Input.path(file));
    }
}
