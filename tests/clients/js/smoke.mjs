// The JavaScript SDK against the emulator, as a web back end uses it. Prints what it saw as JSON.
import {
  CreateIngestConfigurationCommand,
  CreateParticipantTokenCommand,
  CreateStageCommand,
  DeleteStageCommand,
  GetStageCommand,
  IVSRealTimeClient,
  ListStagesCommand,
  ListTagsForResourceCommand,
  paginateListIngestConfigurations,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-ivs-realtime";

const client = new IVSRealTimeClient({});
const { stage } = await client.send(new CreateStageCommand({ name: "hall", tags: { team: "events" } }));
const { participantToken } = await client.send(
  new CreateParticipantTokenCommand({ stageArn: stage.arn, userId: "bob", duration: 60, attributes: { a: "b" } }),
);
await client.send(new TagResourceCommand({ resourceArn: stage.arn, tags: { "with space": "ä" } }));
await client.send(new UntagResourceCommand({ resourceArn: stage.arn, tagKeys: ["team"] }));
const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn: stage.arn }));
for (let number = 0; number < 3; number += 1) {
  await client.send(new CreateIngestConfigurationCommand({ ingestProtocol: "RTMPS", stageArn: stage.arn }));
}
let pages = 0;
for await (const page of paginateListIngestConfigurations({ client }, { maxResults: 2 })) pages += page.ingestConfigurations.length > 0;
const listed = await client.send(new ListStagesCommand({}));
await client.send(new DeleteStageCommand({ arn: stage.arn }));
const refusal = await client.send(new GetStageCommand({ arn: stage.arn })).catch((error) => ({
  name: error.name,
  status: error.$metadata.httpStatusCode,
  message: error.exceptionMessage,
}));
const invalid = await client.send(new CreateStageCommand({ name: "two words" })).catch((error) => error.name);
console.log(JSON.stringify({
  stage: stage.name,
  token: participantToken.token,
  expires: participantToken.expirationTime instanceof Date,
  attributes: participantToken.attributes,
  tags,
  pages,
  listed: listed.stages.map((one) => one.name),
  refusal,
  invalid,
}));
