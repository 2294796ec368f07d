/**
 * A graph as the bytes of a SavedModel, which is the only form in which the engine's binding takes one.
 *
 * Field numbers are those of tensorflow/core/protobuf/{saved_model,meta_graph}.proto and
 * tensorflow/core/framework/{graph,node_def,attr_value,tensor,tensor_shape,versions}.proto.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Attribute, Graph, Node } from './graph.ts';
import { dataTypeNumber } from './tensor.ts';

/** GraphDef version of TensorFlow 2.21 (TF_GRAPH_DEF_VERSION): operations behave as that release defines them. */
const producerVersion = 2474;

type Body = (writer: BinaryWriter) => void;

const message = (writer: BinaryWriter, field: number, body: Body): void => {
  writer.tag(field, WireType.LengthDelimited).fork();
  body(writer);
  writer.join();
};
const text = (writer: BinaryWriter, field: number, value: string) =>
  writer.tag(field, WireType.LengthDelimited).string(value);
const integer = (writer: BinaryWriter, field: number, value: number) => writer.tag(field, WireType.Varint).int64(value);

const writeShape =
  (sizes: readonly number[]): Body =>
  (writer) => {
    for (const size of sizes) message(writer, 2, (dimension) => integer(dimension, 1, size));
  };

const writeAttribute =
  (attribute: Attribute): Body =>
  (writer) => {
    if ('type' in attribute) integer(writer, 6, dataTypeNumber[attribute.type]);
    else if ('int' in attribute) integer(writer, 3, attribute.int);
    else if ('float' in attribute) writer.tag(4, WireType.Bit32).float(attribute.float);
    else if ('bool' in attribute) writer.tag(5, WireType.Varint).bool(attribute.bool);
    else if ('string' in attribute) text(writer, 2, attribute.string);
    else if ('shape' in attribute) message(writer, 7, writeShape(attribute.shape));
    else if ('ints' in attribute) {
      message(writer, 1, (list) => {
        message(list, 3, (packed) => {
          for (const value of attribute.ints) packed.int64(value);
        });
      });
    } else {
      const { dtype, shape, bytes } = attribute.tensor;
      message(writer, 8, (tensor) => {
        integer(tensor, 1, dataTypeNumber[dtype]);
        message(tensor, 2, writeShape(shape));
        tensor.tag(4, WireType.LengthDelimited).bytes(bytes);
      });
    }
  };

const writeNode =
  (node: Node): Body =>
  (writer) => {
    text(writer, 1, node.name);
    text(writer, 2, node.op);
    for (const input of node.inputs) text(writer, 3, input);
    if (node.device !== '') text(writer, 4, node.device);
    for (const [name, attribute] of Object.entries(node.attributes)) {
      message(writer, 5, (entry) => {
        text(entry, 1, name);
        message(entry, 2, writeAttribute(attribute));
      });
    }
  };

/** The bytes of `saved_model.pb` with one graph tagged `serve`. */
export function encodeSavedModel(graph: Graph): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, 1);
  message(writer, 2, (metaGraph) => {
    message(metaGraph, 1, (information) => text(information, 4, 'serve'));
    message(metaGraph, 2, (definition) => {
      for (const node of graph.nodes) message(definition, 1, writeNode(node));
      message(definition, 4, (versions) => integer(versions, 1, producerVersion));
    });
  });
  return writer.finish();
}
