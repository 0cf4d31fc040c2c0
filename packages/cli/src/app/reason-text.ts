/** What a revision's reason means, and what its owner can do. */
const TEXTS: Readonly<Record<string, string>> = {
  fetch_image_failed_unknown_manifest: 'the image has no such tag or digest',
  fetch_image_failed_unknown_repository: 'the registry has no such image',
  fetch_image_failed_registry_not_found: 'the registry cannot be reached',
  fetch_image_failed_missing_pull_secret: 'the registry secret does not exist',
  fetch_image_failed_wrong_pull_credentials: 'the registry refused the credentials',
  fetch_image_failed_missing_pull_credentials: 'the registry asks for credentials',
  container_failed_exit_code_0: 'its program ended at once, without an error; a server must go on running',
  container_failed_exit_code_1: 'its program ended with code 1',
  container_failed_exit_code_24: 'its program could not be started',
  container_failed_exit_code_139: 'its program crashed (segmentation fault)',
  initial_scale_never_achieved: 'no instance became ready; the events say why',
  deploying_waiting_for_resources: 'there is no room for it; the events say of what, slipway quota get what is used',
  image_pull_back_off: 'the image cannot be pulled',
  invalid_tar_header_image_pull_err: 'the image is damaged',
};

export function revisionReasonText(reason: string | undefined): string {
  if (reason === undefined) return 'no revision became ready';
  return TEXTS[reason] ?? reason.replaceAll('_', ' ');
}
