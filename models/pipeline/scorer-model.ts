import { openRiskModel } from '../../services/platform/onnx/risk-model.ts';
import { writeSilenceModel } from './stand-in/silence-model.ts';

/**
 * A bundle that scorers take: the one given where it fits, else a stand-in. After a change to the features no bundle fits
 * until one has been trained, which needs scorers. The vectors are the same under any model.
 *
 * @param scratch folder for a stand-in.
 */
export async function scorerModel(
  bundle: string,
  scratch: string,
): Promise<{ readonly directory: string; readonly misfit: string | undefined }> {
  try {
    const model = await openRiskModel(bundle);
    await model.close();
    return { directory: bundle, misfit: undefined };
  } catch (error) {
    const misfit = error instanceof Error ? error.message : String(error);
    return { directory: await writeSilenceModel(scratch, 21), misfit };
  }
}
