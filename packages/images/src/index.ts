export type { ContainerStorage, ImageConfig, ImageStore, StoredImage } from './image-store.ts';
