package org.vemmio.emulator.policy.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.policy.Knobs;
import org.vemmio.emulator.policy.Rule;

class PolicyFileTest {
    @Test
    void readsEveryKey(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("anything.yaml");
        Files.writeString(file, """
                # A comment.
                name: everything
                panic_on_warn: true
                panic_on_oops: true
                warn_limit: 7
                oops_limit: 0
                fault_address: zero
                rules:
                  - when: {failure: string-move, mnemonic: movsw, gpa: 655360-0xbffff, gla: 0xffffffffffffffff, cpl: 3}
                    then: warn-once
                  - when:
                      failure: [string-move, page-split]
                      mnemonic: ["*sb", movs?]
                      cpl: [0, 3]
                    then: warn
                  - {when: {failure: private-address}, then: panic}
                  - {when: {failure: user-mode}, then: bug}
                  - {when: {failure: user-mode-trap}, then: general-protection}
                  - {when: {failure: not-translated}, then: terminate}
                  - {when: {gla: 1}, then: halt}
                  - {when: {gla: 2}, then: abort}
                  - {when: {gla: 3}, then: vmm-error}
                  - {when: {gla: 4}, then: {inject: {vector: 6}}}
                  - {when: {gla: 5}, then: {inject: {error_code: 0xFFFFFFFF, vector: 31}}}
                  - {when: {gla: 6}, then: {inject: {vector: 0, error_code: 10}}}
                  - {when: {cpl: 0}, then: {recover: exception-table}}
                  - {when: {cpl: 1}, then: {recover: zeropad}}
                  - {when: {cpl: 2}, then: {recover: skip-ones}}
                  - {when: {failure: fetch-fault}, then: {recover: skip-zeros}}
                  - when: any
                    then: {recover: {handler: architectural}}
                """);
        FailurePolicy policy = PolicyFile.read(file);
        assertThat(policy.name()).isEqualTo("everything");
        assertThat(policy.knobs()).isEqualTo(new Knobs(true, true, 7, 0, Knobs.FaultAddress.ZERO));
        assertThat(policy.rules()).containsExactly(
                new Rule(Condition.failure("string-move").withMnemonics("movsw").withGpa(0xa0000, 0xbffff)
                        .withGla(-1, -1).withCpls(3), new Action.WarnAndGeneralProtection(true)),
                new Rule(Condition.failure("string-move", "page-split")
                        .withMnemonics("*sb", "movs?").withCpls(0, 3), new Action.WarnAndGeneralProtection(false)),
                new Rule(Condition.failure("private-address"), new Action.Panic()),
                new Rule(Condition.failure("user-mode"), new Action.Bug()),
                new Rule(Condition.failure("user-mode-trap"), new Action.GeneralProtection()),
                new Rule(Condition.failure("not-translated"), new Action.Terminate()),
                new Rule(Condition.any().withGla(1, 1), new Action.Halt()),
                new Rule(Condition.any().withGla(2, 2), new Action.Abort()),
                new Rule(Condition.any().withGla(3, 3), new Action.VmmError()),
                new Rule(Condition.any().withGla(4, 4), new Action.Inject(6, OptionalInt.empty())),
                new Rule(Condition.any().withGla(5, 5), new Action.Inject(31, OptionalInt.of(-1))),
                new Rule(Condition.any().withGla(6, 6), new Action.Inject(0, OptionalInt.of(10))),
                new Rule(Condition.any().withCpls(0), new Action.Recover(new Recovery.Fixup())),
                new Rule(Condition.any().withCpls(1), new Action.Recover(new Recovery.Zeropad())),
                new Rule(Condition.any().withCpls(2), new Action.Recover(new Recovery.Skip(true))),
                new Rule(Condition.failure("fetch-fault"), new Action.Recover(new Recovery.Skip(false))),
                new Rule(Condition.any(), new Action.Recover(new Recovery.Handler("architectural"))));
    }

    @Test
    void putsItsRulesBeforeThoseOfAPreset() {
        FailurePolicy policy = PolicyFile.parse("p", """
                extends: linux-6.1
                oops_limit: 5
                rules:
                  - {when: {failure: string-move}, then: bug}
                """);
        FailurePolicy base = FailurePolicy.preset("linux-6.1");
        assertThat(policy.knobs()).isEqualTo(base.knobs().withOopsLimit(5));
        assertThat(policy.rules().getFirst())
                .isEqualTo(new Rule(Condition.failure("string-move"), new Action.Bug()));
        assertThat(policy.rules().subList(1, policy.rules().size())).isEqualTo(base.rules());
    }

    @Test
    void mayBeAPresetWithAnotherKnob() {
        FailurePolicy policy = PolicyFile.parse("p", "{extends: linux-6.12, panic_on_warn: true}");
        assertThat(policy.rules()).isEqualTo(FailurePolicy.preset("paranoid").rules());
        assertThat(policy.knobs()).isEqualTo(FailurePolicy.preset("paranoid").knobs());
    }

    @Test
    void propagatesWhereNoRuleMatches() {
        FailurePolicy policy = PolicyFile.parse("p", "rules: [{when: {cpl: 3}, then: bug}]");
        assertThat(policy.rules()).containsExactly(new Rule(Condition.any().withCpls(3), new Action.Bug()),
                new Rule(Condition.any(), new Action.Propagate()));
    }

    @ParameterizedTest
    @CsvSource({"true, true", "True, true", "TRUE, true", "false, false", "False, false"})
    void readsATruthValueInEachOfItsSpellings(String text, boolean value) {
        assertThat(PolicyFile.parse("p", "{extends: bug, panic_on_warn: " + text + "}").knobs().panicOnWarn())
                .isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"mine.yaml, mine", "a/b/mine.yml, mine", "a\\b\\mine.v2.yaml, mine.v2", "mine, mine"})
    void takesItsNameFromTheFile(String file, String name) {
        assertThat(PolicyFile.parse(file, "extends: bug").name()).isEqualTo(name);
    }

    /// A text, and the one line that must be said of it, without the file's name.
    private record Mistake(String text, String message) {
        @Override
        public String toString() {
            return text.replace("\n", "⏎");
        }
    }

    private static Mistake mistake(String text, String message) {
        return new Mistake(text, message);
    }

    /// A mistake in a rule that stands on line 2, from column 5.
    private static Mistake inRule(String rule, String message) {
        return new Mistake("rules:\n  - " + rule + "\n", message);
    }

    private static final String ACTIONS =
            "it is {recover: …}, {inject: …} or one of own, warn-once, warn, general-protection, bug, panic, terminate,"
                    + " halt, abort, vmm-error, propagate";
    private static final String INJECTION =
            "it is {inject: {vector: NUMBER}}, or {inject: {vector: NUMBER, error_code: NUMBER}}";
    private static final String VECTOR = "it is a number from 0 to 31, such as 13 for #GP";
    private static final String ERROR_CODE = "it is a number of up to 32 bits, as 4 or 0x4";
    private static final String RECOVERIES = "it is {recover: {handler: NAME}}, or {recover: …} with one of"
            + " exception-table, zeropad, skip-ones, skip-zeros";
    private static final String RANGE = "it is a number of up to 64 bits, as 4096 or 0x1000, or two with a hyphen"
            + " between";

    static Stream<Mistake> mistakes() {
        return Stream.of(
                // The file as a whole
                mistake("", "1:1: the file is empty; a policy has rules, or extends a preset"),
                mistake("# only a comment\n", "1:1: the file is empty; a policy has rules, or extends a preset"),
                mistake("linux-6.12\n", "1:1: this is 'linux-6.12'; a policy is a mapping with the keys name, extends,"
                        + " panic_on_warn, panic_on_oops, warn_limit, oops_limit, fault_address, rules"),
                mistake("- bug\n", "1:1: this is a list; a policy is a mapping with the keys name, extends,"
                        + " panic_on_warn, panic_on_oops, warn_limit, oops_limit, fault_address, rules"),
                mistake("name: x\n", "1:1: neither rules nor extends; a policy has rules, or extends a preset"),
                mistake("extends: bug\n---\nextends: bug\n",
                        "3:1: a second document begins here; a policy file holds one"),
                mistake("extends: bug\nrules: [{when: any, then: bug}\n",
                        "3:1: not YAML: expected ',' or ']', but got <stream end>"),
                mistake("extends: bug\n\tname: x\n", "2:1: not YAML: while scanning for the next token found"
                        + " character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)"),
                mistake("extends: bug: x\n", "1:13: not YAML: mapping values are not allowed here"),
                mistake("name: 'x\n", "2:1: not YAML: found unexpected end of stream"),
                mistake("name: &a x\nextends: *a\n", "2:10: this is an alias, which policy files do not have;"
                        + " text that begins with * stands in quotes"),
                mistake("extends: !!str bug\n", "1:10: this has a tag, which policy files do not have"),
                mistake("extends: bug\n? [a]\n: b\n", "2:3: this is a list or a mapping; a key is a word"),
                // Keys
                mistake("extend: bug\n", "1:1: no key 'extend' here; did you mean 'extends'?"),
                mistake("extends: bug\nrulez: []\n", "2:1: no key 'rulez' here; did you mean 'rules'?"),
                mistake("extends: bug\npanic-on-warn: true\n", "2:1: no key 'panic-on-warn' here; did you mean"
                        + " 'panic_on_warn'?"),
                mistake("extends: bug\ncolour: red\n", "2:1: no key 'colour' here; a policy has name, extends,"
                        + " panic_on_warn, panic_on_oops, warn_limit, oops_limit, fault_address, rules"),
                mistake("extends: bug\nname: a\nname: b\n", "3:1: 'name' stands here a second time; the first is on"
                        + " line 2"),
                inRule("{when: {cpl: 0, cpl: 3}, then: bug}",
                        "2:21: 'cpl' stands here a second time; the first is on line 2"),
                inRule("{if: any, then: bug}", "2:6: no key 'if' here; a rule has when, then"),
                inRule("{when: {reason: x}, then: bug}",
                        "2:13: no key 'reason' here; a condition has failure, mnemonic, gpa, gla, cpl"),
                inRule("{when: {failures: x}, then: bug}", "2:13: no key 'failures' here; did you mean 'failure'?"),
                // Names and knobs
                mistake("extends: linux-6.13\n", "1:10: no preset 'linux-6.13'; did you mean 'linux-6.1'?"),
                mistake("extends: windows\n", "1:10: no preset 'windows'; there are own, linux-5.19, linux-6.1, linux-6.5,"
                        + " linux-6.12, linux-sev, bug, paranoid, recover, propagate"),
                mistake("extends: [bug]\n", "1:10: this is a list; a preset is a word"),
                mistake("extends:\n", "1:9: this is nothing; a preset is a word"),
                mistake("extends: bug\nname: {}\n", "2:7: this is a mapping; a name is text"),
                mistake("extends: bug\nname: ''\n", "2:7: the name is empty; leave the key out to take the file's"
                        + " name"),
                mistake("extends: bug\npanic_on_warn: yes\n", "2:16: panic_on_warn is 'yes'; it is true or false"),
                mistake("extends: bug\npanic_on_oops: 1\n", "2:16: panic_on_oops is '1'; it is true or false"),
                mistake("extends: bug\npanic_on_oops:\n", "2:15: panic_on_oops is nothing; it is true or false"),
                mistake("extends: bug\nwarn_limit: -1\n",
                        "2:13: warn_limit is '-1'; it is a number from 0, for none, to 2147483647"),
                mistake("extends: bug\noops_limit: 2147483648\n",
                        "2:13: oops_limit is '2147483648'; it is a number from 0, for none, to 2147483647"),
                mistake("extends: bug\noops_limit: 1.5\n",
                        "2:13: oops_limit is '1.5'; it is a number from 0, for none, to 2147483647"),
                mistake("extends: bug\noops_limit: [1]\n",
                        "2:13: oops_limit is a list; it is a number from 0, for none, to 2147483647"),
                mistake("extends: bug\nfault_address: 0\n", "2:16: no fault address '0'; there are linear, own, zero"),
                mistake("extends: bug\nfault_address: liner\n",
                        "2:16: no fault address 'liner'; did you mean 'linear'?"),
                // Rules
                mistake("rules: bug\n", "1:8: rules is 'bug'; it is a list of rules"),
                mistake("rules: {when: any, then: bug}\n", "1:8: rules is a mapping; it is a list of rules"),
                mistake("rules:\n", "1:7: rules is nothing; it is a list of rules"),
                mistake("rules: []\n", "1:8: the list of rules is empty; leave the key out to take those of a"
                        + " preset alone"),
                inRule("bug", "2:5: this is 'bug'; a rule is a mapping with the keys when and then"),
                inRule("{then: bug}", "2:5: the rule has no 'when'; 'when: any' is for every Failure"),
                inRule("{when: any}", "2:5: the rule has no 'then'; " + ACTIONS),
                // Conditions
                inRule("{when: string-move, then: bug}", "2:12: this is 'string-move'; it is any, or a mapping with"
                        + " some of the keys failure, mnemonic, gpa, gla, cpl"),
                inRule("{when: , then: bug}", "2:11: this is nothing; it is any, or a mapping with some of the keys"
                        + " failure, mnemonic, gpa, gla, cpl"),
                inRule("{when: {}, then: bug}", "2:12: the condition is empty; 'when: any' is for every Failure"),
                inRule("{when: {failure: string-mov}, then: bug}",
                        "2:22: no check 'string-mov'; did you mean 'string-move'?"),
                inRule("{when: {failure: [page-split, MMIO_DECODE_FAILED]}, then: bug}",
                        "2:35: no check 'MMIO_DECODE_FAILED'; did you mean 'mmio-decode-failed'?"),
                inRule("{when: {failure: segfault}, then: bug}", "2:22: no check 'segfault'; there are "
                        + String.join(", ", TrapHandlers.labels(TrapHandlers.installed().ladders()))),
                inRule("{when: {failure: linux-sev/page-split}, then: bug}", "2:22: no check 'page-split' of linux-sev;"
                        + " there are insn-decode-failed, mmio-decode-failed, no-such-register, user-mode, no-address,"
                        + " not-translated, device-refused, private-address, fetch-fault, undecodable,"
                        + " no-memory-operand, unsupported-instruction, width-refused, lock-contention"),
                inRule("{when: {failure: linux/page-split}, then: bug}", "2:22: no handler 'linux'; there are "
                        + String.join(", ", TrapHandlers.installed().names())),
                inRule("{when: {failure: /page-split}, then: bug}",
                        "2:22: the handler before the '/' is missing; it is LABEL or HANDLER/LABEL"),
                inRule("{when: {failure: linux-tdx/page-spilt}, then: bug}",
                        "2:22: no check 'page-spilt' of linux-tdx; did you mean 'page-split'?"),
                inRule("{when: {failure: linux-tdz/page-split}, then: bug}",
                        "2:22: no handler 'linux-tdz'; did you mean 'linux-tdx'?"),
                inRule("{when: {failure: linux-tdx/}, then: bug}",
                        "2:22: the label of the check is missing; it is LABEL or HANDLER/LABEL"),
                inRule("{when: {failure: {a: b}}, then: bug}", "2:22: this is a mapping; a check is text"),
                inRule("{when: {failure: []}, then: bug}", "2:22: the list is empty; leave 'failure' out to match all"),
                inRule("{when: {failure: [page-split, page-split]}, then: bug}",
                        "2:35: 'page-split' stands a second time in the list"),
                inRule("{when: {mnemonic: mov ax}, then: bug}",
                        "2:23: 'mov ax' is no mnemonic: letters, digits and the wildcards * and ? make one"),
                inRule("{when: {mnemonic: [[mov]]}, then: bug}", "2:24: this is a list; a mnemonic is text"),
                inRule("{when: {mnemonic: *x}, then: bug}", "2:23: this is an alias, which policy files do not have;"
                        + " text that begins with * stands in quotes"),
                inRule("{when: {gpa: fee00020}, then: bug}", "2:18: 'fee00020' is no range; " + RANGE),
                inRule("{when: {gpa: 0x}, then: bug}", "2:18: '0x' is no range; " + RANGE),
                inRule("{when: {gla: 0x1ffffffffffffffff}, then: bug}",
                        "2:18: '0x1ffffffffffffffff' is no range; " + RANGE),
                inRule("{when: {gla: 0x10 - 0x20}, then: bug}", "2:18: '0x10 - 0x20' is no range; " + RANGE),
                inRule("{when: {gla: [0x10]}, then: bug}", "2:18: this is a list; " + RANGE),
                inRule("{when: {gla: }, then: bug}", "2:17: this is nothing; " + RANGE),
                inRule("{when: {gla: ''}, then: bug}", "2:18: this is empty; " + RANGE),
                inRule("{when: {gpa: 0xb0000-0xa0000}, then: bug}",
                        "2:18: the range ends at 0xa0000, below its start 0xb0000"),
                inRule("{when: {cpl: 4}, then: bug}", "2:18: cpl is '4'; a privilege level is 0, 1, 2 or 3"),
                inRule("{when: {cpl: [0, user]}, then: bug}", "2:22: cpl is 'user'; a privilege level is 0, 1, 2 or 3"),
                inRule("{when: {cpl: }, then: bug}", "2:17: cpl is nothing; a privilege level is 0, 1, 2 or 3"),
                // Actions
                inRule("{when: any, then: }", "2:22: the action is nothing; " + ACTIONS),
                inRule("{when: any, then: [bug]}", "2:23: the action is a list; " + ACTIONS),
                inRule("{when: any, then: {}}", "2:23: the action is empty; " + ACTIONS),
                inRule("{when: any, then: warn_once}", "2:23: no action 'warn_once'; did you mean 'warn-once'?"),
                inRule("{when: any, then: die}", "2:23: no action 'die'; there are {recover: …}, {inject: …},"
                        + " own, warn-once, warn, general-protection, bug, panic, terminate, halt, abort, vmm-error,"
                        + " propagate"),
                inRule("{when: any, then: vmm_eror}", "2:23: no action 'vmm_eror'; did you mean 'vmm-error'?"),
                inRule("{when: any, then: {halt: 1}}", "2:24: no key 'halt' here; an action has recover, inject"),
                inRule("{when: any, then: {recover: zeropad, inject: {vector: 6}}}",
                        "2:23: an action has one key, not 2"),
                inRule("{when: any, then: inject}", "2:23: no action 'inject'; " + INJECTION),
                inRule("{when: any, then: {inject: 6}}", "2:32: this is '6'; " + INJECTION),
                inRule("{when: any, then: {inject: }}", "2:31: this is nothing; " + INJECTION),
                inRule("{when: any, then: {inject: {error_code: 0}}}",
                        "2:32: the injection has no 'vector'; " + INJECTION),
                inRule("{when: any, then: {inject: {vektor: 6}}}",
                        "2:33: no key 'vektor' here; did you mean 'vector'?"),
                inRule("{when: any, then: {inject: {vector: 32}}}", "2:41: vector is '32'; " + VECTOR),
                inRule("{when: any, then: {inject: {vector: -1}}}", "2:41: vector is '-1'; " + VECTOR),
                inRule("{when: any, then: {inject: {vector: '#UD'}}}", "2:41: vector is '#UD'; " + VECTOR),
                inRule("{when: any, then: {inject: {vector: 13, error_code: 0x100000000}}}",
                        "2:57: error_code is '0x100000000'; " + ERROR_CODE),
                inRule("{when: any, then: {inject: {vector: 13, error_code: -1}}}",
                        "2:57: error_code is '-1'; " + ERROR_CODE),
                inRule("{when: any, then: {inject: {vector: 13, error_code: [0]}}}",
                        "2:57: error_code is a list; " + ERROR_CODE),
                inRule("{when: any, then: {inject: {vector: 13, error_code: }}}",
                        "2:56: error_code is nothing; " + ERROR_CODE),
                inRule("{when: any, then: zeropad}", "2:23: no action 'zeropad'; did you mean {recover: zeropad}?"),
                inRule("{when: any, then: recover}", "2:23: no action 'recover'; " + RECOVERIES),
                inRule("{when: any, then: {skip: ones}}", "2:24: no key 'skip' here; an action has recover, inject"),
                inRule("{when: any, then: {recover: }}", "2:32: the recovery is nothing; " + RECOVERIES),
                inRule("{when: any, then: {recover: []}}", "2:33: the recovery is a list; " + RECOVERIES),
                inRule("{when: any, then: {recover: {}}}", "2:33: the recovery is empty; " + RECOVERIES),
                inRule("{when: any, then: {recover: handler}}", "2:33: no recovery 'handler'; " + RECOVERIES),
                inRule("{when: any, then: {recover: skip-one}}",
                        "2:33: no recovery 'skip-one'; did you mean 'skip-ones'?"),
                inRule("{when: any, then: {recover: reboot}}", "2:33: no recovery 'reboot'; there are {handler: NAME},"
                        + " exception-table, zeropad, skip-ones, skip-zeros"),
                inRule("{when: any, then: {recover: {handle: x}}}", "2:34: no key 'handle' here; did you mean"
                        + " 'handler'?"),
                inRule("{when: any, then: {recover: {handler: architectual}}}",
                        "2:43: no handler 'architectual'; did you mean 'architectural'?"),
                // Rules that an earlier one leaves nothing
                mistake("rules:\n  - {when: any, then: bug}\n  - {when: {cpl: 3}, then: panic}\n",
                        "3:5: rule 2 never decides: rule 1 on line 2 holds wherever it does; put it first, or take"
                        + " it out"),
                mistake("""
                        rules:
                          - when: {mnemonic: "stos*"}
                            then: bug
                          - when: {cpl: 3, failure: [page-split, string-move], gpa: 0x1000-0x1fff}
                            then: panic
                          - when: {mnemonic: stosq, cpl: 0}
                            then: warn
                        """,
                        "6:5: rule 3 never decides: rule 1 on line 2 holds wherever it does; put it first, or take"
                        + " it out"),
                mistake("""
                        rules:
                          - {when: {failure: [page-split, string-move], gpa: 0x1000-0x1fff}, then: panic}
                          - {when: {cpl: 3, failure: page-split, gpa: 0x1800}, then: warn}
                        """,
                        "3:5: rule 2 never decides: rule 1 on line 2 holds wherever it does; put it first, or take it"
                                + " out"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void tellsWhereAndWhatIsWrong(Mistake mistake) {
        PolicyFileException thrown = catchThrowableOfType(PolicyFileException.class,
                () -> PolicyFile.parse("dir/policy.yaml", mistake.text));
        assertThat(thrown).as("no exception").isNotNull();
        assertThat(thrown).hasMessage("dir/policy.yaml:" + mistake.message);
        assertThat(thrown.file()).isEqualTo("dir/policy.yaml");
        assertThat("%d:%d: %s".formatted(thrown.line(), thrown.column(), thrown.problem())).isEqualTo(mistake.message);
    }

    @Test
    void acceptsRulesThatOverlap() {
        assertThat(PolicyFile.parse("p", """
                rules:
                  - {when: {failure: page-split, cpl: 0}, then: panic}
                  - {when: {failure: page-split, cpl: 3}, then: panic}
                  - {when: {failure: page-split}, then: warn}
                  - {when: {mnemonic: "*"}, then: warn}
                  - {when: any, then: bug}
                """).rules()).hasSize(5);
    }

    @Test
    void tellsWhyAFileCannotBeRead(@TempDir Path directory) throws Exception {
        Path absent = directory.resolve("absent.yaml");
        assertThatThrownBy(() -> PolicyFile.read(absent)).isInstanceOf(PolicyFileException.class)
                .hasMessage(absent + ": there is no such file");
        Path binary = directory.resolve("binary.yaml");
        Files.write(binary, "name: é".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> PolicyFile.read(binary)).isInstanceOf(PolicyFileException.class)
                .hasMessage(binary + ": not UTF-8; it has to be text in UTF-8");
        assertThatThrownBy(() -> PolicyFile.read(directory)).isInstanceOf(PolicyFileException.class)
                .hasMessageStartingWith(directory + ": it cannot be read: ");
    }
}
