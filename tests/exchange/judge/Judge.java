import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/** Judges resources of FHIR R4, one a line of a file, by HL7's validator: prints line, severity, place and sentence of all it finds. */
class Judge {
    public static void main(String[] files) throws Exception {
        var r4 = FhirContext.forR4();
        var known = new ValidationSupportChain(
            new DefaultProfileValidationSupport(r4),
            new CommonCodeSystemsTerminologyService(r4),
            new InMemoryTerminologyServerValidationSupport(r4));
        var validator = r4.newValidator().registerValidatorModule(new FhirInstanceValidator(known));
        int line = 0;
        for (String resource : Files.readAllLines(Path.of(files[0]))) {
            for (var said : validator.validateWithResult(resource).getMessages()) {
                var sentence = said.getMessage().replaceAll("\\s+", " ");
                System.out.println(line + "\t" + said.getSeverity() + "\t" + said.getLocationString() + "\t" + sentence);
            }
            line++;
        }
    }
}
